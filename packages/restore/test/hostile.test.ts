import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { UmbraError, type RestoreSpec } from '@umbracore/contracts';
import { portrait, withRestore, World } from './world.ts';

/** A folder beside the target with something in it that must stay as it is. */
function outsideOf(world: World): string {
  const outside = world.at('outside');
  mkdirSync(join(outside, 'deep'), { recursive: true });
  writeFileSync(join(outside, 'gone too'), 'not yours');
  return outside;
}

test.each(['kept', 'lost', 'lost/deep'])('a link at %s is named before anything is written', async (name) => {
  using world = new World();
  const snapshot = await world.saveAndChange();
  const outside = outsideOf(world);
  rmSync(join(world.source, name), { recursive: true, force: true });
  mkdirSync(join(world.source, name, '..'), { recursive: true });
  symlinkSync(outside, join(world.source, name));
  const before = portrait(world.at('home'));
  const prepared = await world.prepare(snapshot);
  expect(prepared.obstacles).toContainEqual({ path: join(world.source, name), what: 'link' });
  expect(() => world.restores.begin(prepared)).toThrow('a link, and a restore follows none');
  expect(portrait(world.at('home'))).toEqual(before);
});

test('a link that is planted while the engine works is not followed either', async () => {
  using world = new World();
  const snapshot = await world.saveAndChange();
  const outside = outsideOf(world);
  const before = portrait(outside);
  const planting = withRestore(world.backend, async (spec: RestoreSpec) => {
    const result = await world.backend.restore(spec);
    renameSync(join(world.source, 'kept'), world.at('moved'));
    symlinkSync(outside, join(world.source, 'kept'));
    symlinkSync(outside, join(world.source, 'lost'));
    return result;
  });
  const { id } = world.restores.begin(await world.prepare(snapshot, { mode: 'always' }));
  const { outcome } = await world.restores.carryOut(id, planting);
  expect(portrait(outside)).toEqual(before);
  expect(outcome?.failed.map(({ path }) => path).toSorted()).toEqual(
    ['kept', 'lost'].map((name) => join(world.source, name)),
  );
  expect(outcome?.failed[0]?.reason).toContain('links are not followed');
  expect(readFileSync(join(world.source, 'gone.txt'), 'utf8')).toBe('gone');
  await world.restores.undo(id);
  expect(portrait(outside)).toEqual(before);
});

test('links of the snapshot come back as links, and nothing is written through them', async () => {
  using world = new World();
  const outside = outsideOf(world);
  symlinkSync(outside, join(world.source, 'door'));
  const snapshot = await world.save();
  rmSync(join(world.source, 'door'));
  const before = portrait(outside);
  await world.restore(snapshot, { mode: 'always' });
  await world.restore(snapshot, { mode: 'always' });
  expect(portrait(world.source)).toContain(`door -> ${outside}`);
  expect(portrait(outside)).toEqual(before);
});

test('a file where a folder must be, and a folder where a file must be, are named; never keeps them', async () => {
  using world = new World();
  const snapshot = await world.saveAndChange();
  writeFileSync(join(world.source, 'lost'), 'a file');
  mkdirSync(join(world.source, 'gone.txt'));
  const { obstacles } = await world.prepare(snapshot);
  expect(obstacles).toEqual([
    { path: join(world.source, 'gone.txt'), what: 'folder' },
    { path: join(world.source, 'lost'), what: 'file' },
  ]);
});

test('without room it is not begun', async () => {
  using world = new World();
  const prepared = await world.prepare(await world.saveAndChange());
  const stages = prepared.stages.map((stage) => ({ ...stage, freeBytes: stage.bytes - 1 }));
  expect(() => world.restores.begin({ ...prepared, stages })).toThrow(/needs 1 MiB near .*, and 1 MiB are free/);
  expect(world.restores.list()).toEqual([]);
});

test.each([
  ['content that is not what the repository has is not put in place', 'torn', false],
  ['what failed by its rights only is', 'older.txt', true],
])('%s', async (_, content, isPut) => {
  using world = new World();
  const snapshot = await world.saveAndChange();
  const path = join(world.source, 'older.txt');
  const failing = withRestore(world.backend, async (spec: RestoreSpec) => {
    const result = await world.backend.restore(spec);
    if (!isPut) writeFileSync(join(spec.target, path), content);
    return { ...result, failed: [{ path, reason: 'something' }], failedCount: 1 };
  });
  const { id } = world.restores.begin(await world.prepare(snapshot));
  const { outcome } = await world.restores.carryOut(id, failing);
  expect(readFileSync(path, 'utf8')).toBe(isPut ? 'saved' : 'before that');
  expect(outcome).toMatchObject({ failedCount: 1, differing: isPut ? 0 : 1, failed: [{ path, reason: 'something' }] });
});

test('more failures than can be told apart: nothing is put in place', async () => {
  using world = new World();
  const snapshot = await world.saveAndChange();
  const before = portrait(world.source);
  const failing = withRestore(world.backend, async (spec: RestoreSpec) => ({
    ...(await world.backend.restore(spec)),
    failedCount: 5000,
  }));
  const { id } = world.restores.begin(await world.prepare(snapshot));
  await expect(world.restores.carryOut(id, failing)).rejects.toMatchObject({ code: 'restore.incomplete' });
  expect(portrait(world.source)).toEqual(before);
  world.restores.discard(id);
  expect(readdirSync(world.at('home'))).toEqual(['docs']);
});

test('an engine that wants an empty folder gets one when it is begun again', async () => {
  using world = new World();
  const snapshot = await world.saveAndChange();
  const cancel = new AbortController();
  const { id } = world.restores.begin(await world.prepare(snapshot));
  const dying = withRestore(world.backend, async (spec: RestoreSpec) => {
    await world.backend.restore(spec);
    cancel.abort(new Error('enough'));
    throw cancel.signal.reason;
  });
  await expect(world.restores.carryOut(id, dying, { signal: cancel.signal })).rejects.toThrow('enough');
  const strict = withRestore(world.backend, async (spec: RestoreSpec) => {
    if (existsSync(spec.target) && readdirSync(spec.target).length > 0) {
      throw new UmbraError('backend.unsupported', 'not empty');
    }
    return world.backend.restore(spec);
  });
  expect((await world.restores.carryOut(id, strict)).outcome?.counts.create).toBe(5);
});

test('a base that has become another folder is not restored into', async () => {
  using world = new World();
  const snapshot = await world.saveAndChange();
  const outside = outsideOf(world);
  const before = portrait(outside);
  const { id } = world.restores.begin(await world.prepare(snapshot));
  const swapping = withRestore(world.backend, async (spec: RestoreSpec) => {
    const result = await world.backend.restore(spec);
    renameSync(world.at('home'), world.at('moved'));
    mkdirSync(world.at('home'));
    renameSync(world.at('moved', `.umbra-restore-${id}`), world.at('home', `.umbra-restore-${id}`));
    symlinkSync(outside, world.source);
    return result;
  });
  await expect(world.restores.carryOut(id, swapping)).rejects.toThrow('has become another folder');
  expect(portrait(outside)).toEqual(before);
});

test('where the way to the stage is sent elsewhere, the engine writes into the folder that was made, and nothing is moved', async () => {
  using world = new World();
  const snapshot = await world.saveAndChange();
  const outside = outsideOf(world);
  const before = [portrait(outside), portrait(world.source)];
  const { id } = world.restores.begin(await world.prepare(snapshot));
  const stage = world.at('home', `.umbra-restore-${id}`);
  const swapping = withRestore(world.backend, async (spec: RestoreSpec) => {
    renameSync(stage, world.at('moved'));
    symlinkSync(outside, stage);
    return world.backend.restore(spec);
  });
  await expect(world.restores.carryOut(id, swapping)).rejects.toThrow('not the folder that the restore made');
  expect([portrait(outside), portrait(world.source)]).toEqual(before);
  expect(readdirSync(world.at('moved', 'tree'))).toEqual([world.source.split('/')[1]]);
});
