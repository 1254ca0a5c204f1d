import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Deleting, RestoreRequest } from '../src/index.ts';
import { portrait, withRestore, World } from './world.ts';

const all: Deleting = { spared: [], sparedIfPresent: [] };
const deleting = (deletes: Partial<Deleting> = {}): Partial<RestoreRequest> => ({ deletes: { ...all, ...deletes } });

const inSource = (world: World, name = ''): readonly string[] => readdirSync(join(world.source, name)).sort();

test('what the snapshot does not have goes, as the preview says, and comes back as it was', async () => {
  using world = new World();
  const snapshot = await world.saveAndChange();
  symlinkSync('/nowhere', join(world.source, 'my link'));
  const before = portrait(world.at('home'));
  const { plan, extras } = await world.prepare(snapshot, deleting());
  expect(portrait(world.at('home'))).toEqual(before);
  expect(plan.counts.remove).toBe(4);
  const names = ['kept/new folder', 'mine too.txt', 'mine.txt', 'my link'];
  expect(extras.removals.map(({ place }) => place).sort()).toEqual(names.map((name) => join(world.source, name)));
  const { id, outcome } = await world.restore(snapshot, deleting());
  expect(outcome).toMatchObject({ counts: plan.counts, failedCount: 0 });
  expect(inSource(world)).toEqual(['gone.txt', 'kept', 'lost', 'newer.md', 'older.txt', 'same.txt']);
  expect(inSource(world, 'kept')).toEqual(['gone too', 'inner.txt', 'link']);
  expect(await world.restores.undo(id)).toMatchObject({ leftCount: 0, putBack: 5 });
  expect(portrait(world.at('home'))).toEqual(before);
});

test('where nothing else is to be done it goes too, and without being asked for nothing goes', async () => {
  using world = new World();
  world.write('same.txt', 'same');
  const snapshot = await world.save();
  world.write('mine.txt', 'mine');
  expect((await world.restore(snapshot)).outcome?.counts).toMatchObject({ unchanged: 1, remove: 0 });
  const { id, outcome } = await world.restore(snapshot, deleting());
  expect([outcome?.counts.remove, outcome?.bytes, inSource(world)]).toEqual([1, 0, ['same.txt']]);
  await world.restores.undo(id);
  expect(inSource(world)).toEqual(['mine.txt', 'same.txt']);
});

test('what the backup leaves out stays, and what lies beside the sources', async () => {
  using world = new World();
  for (const name of ['a', 'b', 'c', 'folder/d', 'folder/e']) world.write(name, name);
  const snapshot = await world.save();
  for (const name of ['work.tmp', 'modules/m', 'cache/CACHEDIR.TAG', 'own/.nobackup', '[x]/y']) world.write(name, 'z');
  writeFileSync(world.at('home', 'beside'), 'beside');
  const deletes = { spared: ['*.tmp', 'modules', '!never', '/[a-z]*/folder/*'], sparedIfPresent: ['.nobackup'] };
  const { extras } = await world.prepare(snapshot, deleting(deletes));
  expect(extras.removals.map(({ place }) => place)).toEqual([join(world.source, '[x]')]);
  const reasons = extras.spared.map(({ path, reason }) => `${path.slice(world.source.length + 1)}: ${reason}`);
  expect(reasons.sort()).toEqual([
    'cache: it holds CACHEDIR.TAG',
    'modules: the backup leaves it out',
    'own: it holds .nobackup',
    'work.tmp: the backup leaves it out',
  ]);
  await world.restore(snapshot, deleting(deletes));
  expect(existsSync(world.at('home', 'beside'))).toBe(true);
});

test('with patterns and paths only what fits them goes, and folders stay', async () => {
  using world = new World();
  for (const name of ['a.txt', 'b.txt', 'c.txt', 'folder/d.txt']) world.write(name, name);
  const snapshot = await world.save();
  for (const name of ['new.txt', 'new.md', 'folder/new.txt', 'folder/deep/new.txt']) world.write(name, 'new');
  const removed = async (wanted: Partial<RestoreRequest['wanted']>): Promise<readonly string[]> => {
    const request = { ...deleting(), wanted: { paths: [], include: [], exclude: [], ...wanted } };
    const { extras } = await world.prepare(snapshot, request);
    return extras.removals.map(({ place }) => place.slice(world.source.length + 1)).sort();
  };
  expect(await removed({ include: ['*.txt'] })).toEqual(['folder/deep/new.txt', 'folder/new.txt', 'new.txt']);
  expect(await removed({ exclude: ['folder'] })).toEqual(['new.md', 'new.txt']);
  expect(await removed({ paths: ['docs/folder'] })).toEqual(['folder/deep', 'folder/new.txt']);
  expect(await removed({ paths: ['docs/a.txt'] })).toEqual([]);
});

test('what was changed since the preview stays, and is named', async () => {
  using world = new World();
  for (const name of ['a', 'b', 'c', 'd']) world.write(name, name);
  const snapshot = await world.save();
  for (const name of ['file', 'folder/inner', 'went']) world.write(name, 'mine');
  const prepared = await world.prepare(snapshot, deleting());
  const { id } = world.restores.begin(prepared);
  world.write('file', 'worked on');
  world.write('folder/more', 'mine too');
  rmSync(join(world.source, 'went'));
  world.write('later', 'mine');
  const { outcome } = await world.restores.carryOut(id, world.backend);
  expect(outcome).toMatchObject({ counts: { remove: 0 }, failedCount: 2 });
  expect(outcome?.failed.map(({ path, reason }) => [path, reason])).toEqual(
    ['file', 'folder'].map((name) => [join(world.source, name), 'changed since the preview, so it stays']),
  );
  expect(inSource(world)).toEqual(['a', 'b', 'c', 'd', 'file', 'folder', 'later']);
});

test('more than the snapshot has goes only if it was said', async () => {
  using world = new World();
  world.write('a', 'a');
  const snapshot = await world.save();
  for (const name of ['b', 'folder/c']) world.write(name, name);
  const many = await world.prepare(snapshot, deleting());
  const refusal = expect.objectContaining({ code: 'usage.confirmation-needed', message: expect.stringMatching(/^2 /) });
  expect(() => world.restores.begin(many)).toThrow(refusal);
  const few = await world.prepare(snapshot, deleting({ atMost: 1 }));
  expect(() => world.restores.begin(few)).toThrow(refusal);
  expect(world.restores.list()).toEqual([]);
  expect((await world.restore(snapshot, deleting({ atMost: 2 }))).outcome?.counts.remove).toBe(2);
});

test('where what the snapshot has cannot be brought nothing goes', async () => {
  using world = new World();
  for (const name of ['a', 'b']) world.write(name, name);
  const snapshot = await world.save();
  rmSync(join(world.source, 'a'));
  world.write('mine', 'mine');
  const { id } = world.restores.begin(await world.prepare(snapshot, deleting()));
  const backend = withRestore(world.backend, async (spec) => {
    const result = await world.backend.restore(spec);
    const path = join(spec.target, world.source, 'a');
    writeFileSync(path, 'x');
    return { ...result, failed: [{ path: join(world.source, 'a'), reason: 'wrong content' }], failedCount: 1 };
  });
  const { outcome } = await world.restores.carryOut(id, backend);
  expect(outcome?.failed.at(-1)?.reason).toContain('nothing was removed');
  expect(inSource(world)).toEqual(['b', 'mine']);
});

test('what comes beside yours is no stranger, and links to folders are not followed', async () => {
  using world = new World();
  world.write('a.txt', 'saved');
  world.write('folder/b', 'b');
  const snapshot = await world.save();
  world.write('a.txt', 'my work', 1_700_000_000);
  await world.restore(snapshot, { mode: 'both' });
  rmSync(join(world.source, 'folder'), { recursive: true });
  mkdirSync(world.at('outside'));
  writeFileSync(world.at('outside', 'mine'), 'mine');
  symlinkSync(world.at('outside'), join(world.source, 'folder'));
  const wanted = { paths: ['docs/a.txt'], include: [], exclude: [] };
  for (const changes of [{}, { wanted }])
    expect((await world.prepare(snapshot, { mode: 'both', ...changes, ...deleting() })).extras.removals).toEqual([]);
});

test('taken back where something else is by now: that stays, and what was there is kept and named', async () => {
  using world = new World();
  world.write('a', 'a');
  const snapshot = await world.save();
  world.write('mine', 'mine');
  const { id } = await world.restore(snapshot, deleting());
  world.write('mine', 'another one');
  const { left } = await world.restores.undo(id);
  expect(left[0]?.reason).toMatch(/^something else is there by now; what it was before is kept as /);
  renameSync(join(world.source, 'mine'), join(world.source, 'other'));
  expect(await world.restores.undo(id)).toMatchObject({ leftCount: 0, putBack: 1 });
});
