import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  existsSync,
  lutimesSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  readlinkSync,
} from 'node:fs';
import { renameSync, rmSync, statSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Snapshot } from '@umbracore/contracts';
import { aBackupSpec } from '@umbracore/testkit';
import type { RestoreRequest } from '../src/index.ts';
import { portrait, World } from './world.ts';

const text = (world: World, name: string): string => readFileSync(join(world.source, name), 'utf8');

test('in place: what is gone comes back with its rights and times, what is older is replaced, newer work stays', async () => {
  using world = new World();
  const snapshot = await world.saveAndChange();
  const { outcome, state } = await world.restore(snapshot);
  expect(state).toBe('finished');
  expect(outcome).toMatchObject({
    counts: { create: 5, replace: 1, beside: 0, keep: 1, unchanged: 2 },
    failedCount: 0,
  });
  expect(text(world, 'newer.md')).toBe('my work');
  expect(text(world, 'older.txt')).toBe('saved');
  expect(portrait(world.at('home', 'docs', 'lost'))).toEqual([
    '. 755 0:0 1600000000000 /',
    'deep 750 0:0 1600000000000 /',
    'deep/file.bin 644 0:0 1600000000000 1 "lost"',
    'empty-file 644 0:0 1600000000000 1 ""',
  ]);
});

test.each(['never', 'if-newer', 'if-changed', 'always', 'both'] as const)(
  '%s: what the plan says is what is done, and taken back it is as if nothing had been',
  async (mode) => {
    using world = new World();
    const snapshot = await world.saveAndChange();
    const before = portrait(world.at('home'));
    const { plan } = await world.prepare(snapshot, { mode });
    expect(portrait(world.at('home'))).toEqual(before);
    const { id, outcome } = await world.restore(snapshot, { mode });
    expect(outcome?.counts).toEqual(plan.counts);
    expect(portrait(world.at('home'))).not.toEqual(before);
    for (const { target, action, entry } of plan.entries) {
      if (entry.type !== 'file' || action === 'keep') continue;
      expect(readFileSync(target, 'utf8')).toHaveLength(entry.size);
    }
    expect(await world.restores.undo(id)).toMatchObject({ leftCount: 0 });
    expect(portrait(world.at('home'))).toEqual(before);
    expect(world.restores.get(id).state).toBe('undone');
  },
);

test('taken back after more work was done: that work stays, and is named', async () => {
  using world = new World();
  const { id } = await world.restore(await world.saveAndChange());
  writeFileSync(join(world.source, 'gone.txt'), 'worked on');
  writeFileSync(join(world.source, 'older.txt'), 'worked on as well');
  writeFileSync(join(world.source, 'lost', 'new.txt'), 'new');
  const { left } = await world.restores.undo(id);
  expect(left.map(({ path }) => path).sort()).toEqual(
    ['gone.txt', 'older.txt'].map((name) => join(world.source, name)),
  );
  expect(readdirSync(join(world.source, 'lost'))).toEqual(['new.txt']);
  const kept = /kept as (.*)$/.exec(left.find(({ path }) => path.endsWith('older.txt'))?.reason ?? '')?.[1] ?? '';
  expect(readFileSync(kept, 'utf8')).toBe('before that');
});

test('taken back where the folder itself is gone: what cannot be put back is kept, and said', async () => {
  using world = new World();
  const { id } = await world.restore(await world.saveAndChange());
  renameSync(world.at('home'), world.at('elsewhere'));
  const { leftCount, left } = await world.restores.undo(id);
  expect([leftCount, left[0]]).toEqual([1, { path: world.at('home'), reason: 'is not there any more' }]);
  renameSync(world.at('elsewhere'), world.at('home'));
  expect(await world.restores.undo(id)).toMatchObject({ leftCount: 0, putBack: 1 });
});

test('a new folder gets everything, and nothing else is left behind', async () => {
  using world = new World();
  const snapshot = await world.saveAndChange();
  const target = world.at('new', 'folder');
  const record = await world.restore(snapshot, { target });
  expect(record).toMatchObject({ undoable: false, outcome: { counts: { create: 9 } } });
  expect(readdirSync(world.folder).sort()).toEqual(['home', 'new', 'state']);
  expect(readdirSync(world.at('new'))).toEqual(['folder']);
  expect(readdirSync(target)).toEqual([world.source.split('/')[1]]);
  await expect(world.restores.undo(record.id)).rejects.toMatchObject({ code: 'usage.invalid' });
});

test('patterns and several paths: nothing else comes, not even folders', async () => {
  using world = new World();
  const snapshot = await world.saveAndChange();
  const target = world.at('new');
  const wanted = { paths: ['docs/lost', join(world.source, 'gone.txt')], include: [], exclude: ['*.bin'] };
  const { outcome } = await world.restore(snapshot, { target, wanted });
  expect(outcome?.counts.create).toBe(2);
  const root = join(target, world.source);
  expect(readdirSync(root, { recursive: true }).map(String).toSorted()).toEqual([
    'gone.txt',
    'lost',
    'lost/empty-file',
  ]);
});

test('what is kept for taking back is let go of when its time is over, and on demand', async () => {
  using world = new World();
  const snapshot = await world.saveAndChange();
  const { id } = await world.restore(snapshot);
  const stages = (): string[] => readdirSync(world.at('home')).filter((name) => name.startsWith('.umbra-restore-'));
  expect(stages()).toHaveLength(1);
  await world.clock.advance(15 * 24 * 60 * 60_000);
  world.restores.expire();
  expect(stages()).toEqual([]);
  expect(world.restores.get(id)).toMatchObject({ state: 'finished', undoable: false, keepUntil: null });
  await expect(world.restores.undo(id)).rejects.toThrow('not kept any more');
  expect(existsSync(join(world.source, 'gone.txt'))).toBe(true);
});

test('where everything is as in the snapshot there is nothing to take back', async () => {
  using world = new World();
  world.write('same.txt', 'same');
  const { id, outcome, keepUntil } = await world.restore(await world.save());
  expect([outcome?.counts.unchanged, keepUntil]).toEqual([1, null]);
  await expect(world.restores.undo(id)).rejects.toThrow('replaced nothing');
});

test('the target of a link is no data: what was restored is what the preview said', async () => {
  using world = new World();
  world.write('a.txt', 'alpha');
  world.write('inner/b.txt', 'beta');
  for (const name of ['link', 'inner/link']) symlinkSync('a target that is longer than both', join(world.source, name));
  const snapshot = await world.save();
  rmSync(join(world.source, 'inner'), { recursive: true });
  rmSync(join(world.source, 'link'));
  const { plan } = await world.prepare(snapshot, { mode: 'if-changed' });
  const { outcome } = await world.restore(snapshot, { mode: 'if-changed' });
  expect([plan.counts.create, outcome?.counts.create]).toEqual([3, 3]);
  expect([plan.bytes.create, outcome?.bytes]).toEqual([4, 4]);
});

test('a link that leads elsewhere by now is put right, and taken back', async () => {
  using world = new World();
  const link = join(world.source, 'link');
  symlinkSync('there', link);
  lutimesSync(link, 1000, 1000);
  const snapshot = await world.save();
  rmSync(link);
  symlinkSync('elsewhere', link);
  const { id } = await world.restore(snapshot, { mode: 'if-changed' });
  expect(readlinkSync(link)).toBe('there');
  await world.restores.undo(id);
  expect(readlinkSync(link)).toBe('elsewhere');
});

test('one that was never gone on with is given up in time', async () => {
  using world = new World();
  const { id } = world.restores.begin(await world.prepare(await world.saveAndChange()));
  world.backend.failNext('repository.unreachable', { method: 'restore' });
  await expect(world.restores.carryOut(id, world.backend)).rejects.toMatchObject({ code: 'repository.unreachable' });
  expect(readdirSync(world.at('home'))).toHaveLength(2);
  expect(world.restores.get(id).state).toBe('staging');
  await world.clock.advance(15 * 24 * 60 * 60_000);
  world.restores.expire();
  expect(readdirSync(world.at('home'))).toEqual(['docs']);
});

/** Brought, and in the way of being put in place. */
async function brokenOff(world: World, target: string): Promise<{ id: string; request: RestoreRequest }> {
  const prepared = await world.prepare(await world.saveAndChange(), { target });
  const { id } = world.restores.begin(prepared);
  writeFileSync(dirname(target), 'in the way');
  await expect(world.restores.carryOut(id, world.backend)).rejects.toMatchObject({ code: 'restore.target' });
  rmSync(dirname(target));
  expect(world.restores.get(id).state).toBe('moving');
  return { id, request: prepared.request };
}

test('one that broke off is given up, and another one brings everything', async () => {
  using world = new World();
  const target = world.at('new', 'deep');
  const { id, request } = await brokenOff(world, target);
  expect(world.restores.unfinished(request)?.id).toBe(id);
  expect(world.restores.discard(id).state).toBe('discarded');
  expect([world.restores.unfinished(request), world.restores.left()]).toEqual([undefined, []]);
  await expect(world.restores.carryOut(id, world.backend)).rejects.toMatchObject({ code: 'usage.invalid' });
});

test('where what it had brought was removed nothing is called restored, and another one brings everything', async () => {
  using world = new World();
  const target = world.at('new', 'deep');
  const { id, request } = await brokenOff(world, target);
  rmSync(world.restores.get(id).stages[0]?.folder ?? '', { recursive: true });
  await expect(world.restores.carryOut(id, world.backend)).rejects.toMatchObject({ code: 'restore.incomplete' });
  expect(existsSync(target)).toBe(false);
  expect(world.restores.unfinished(request)).toBeUndefined();
  const { outcome } = await world.restore(request.snapshot, { target });
  expect(outcome).toMatchObject({ counts: { create: 9 }, failedCount: 0 });
  expect(world.restores.discard(id).state).toBe('discarded');
});

test('what was being brought is brought again where somebody removed it', async () => {
  using world = new World();
  const { id } = world.restores.begin(await world.prepare(await world.saveAndChange()));
  world.backend.failNext('repository.unreachable', { method: 'restore' });
  await expect(world.restores.carryOut(id, world.backend)).rejects.toMatchObject({ code: 'repository.unreachable' });
  rmSync(world.restores.get(id).stages[0]?.folder ?? '', { recursive: true });
  expect(await world.restores.carryOut(id, world.backend)).toMatchObject({ state: 'finished' });
  expect(text(world, 'gone.txt')).toBe('gone');
});

// Where there is only one file system, nothing can be shown.
const elsewhere = '/var/tmp';
const isAnother = statSync(elsewhere).dev !== statSync(tmpdir()).dev;
test.runIf(isAnother)('sources on several file systems are each staged on their own', async () => {
  using world = new World();
  const other = mkdtempSync(join(elsewhere, 'umbra-restores-'));
  try {
    mkdirSync(join(other, 'data'));
    writeFileSync(join(other, 'data', 'file'), 'other');
    world.write('gone.txt', 'gone');
    await world.backend.backup(aBackupSpec({ sources: [world.source, join(other, 'data')] }));
    const [snapshot] = await world.backend.snapshots();
    rmSync(join(world.source, 'gone.txt'));
    rmSync(join(other, 'data', 'file'));
    const before = [portrait(world.source), portrait(join(other, 'data'))];
    const prepared = await world.prepare(snapshot as Snapshot);
    expect(prepared.stages.map(({ places }) => places[0])).toEqual([world.at('home'), other]);
    const { id } = world.restores.begin(prepared);
    await world.restores.carryOut(id, world.backend);
    expect([text(world, 'gone.txt'), readFileSync(join(other, 'data', 'file'), 'utf8')]).toEqual(['gone', 'other']);
    await world.restores.undo(id);
    expect([portrait(world.source), portrait(join(other, 'data'))]).toEqual(before);
    expect(readdirSync(other)).toEqual(['data']);
  } finally {
    rmSync(other, { recursive: true });
  }
});

const someone = { pid: 7, startTime: '1', bootId: 'boot' };

test('a restore that somebody works on is left to them', async () => {
  using world = new World();
  const snapshot = await world.saveAndChange();
  const { id } = world.restores.begin(await world.prepare(snapshot));
  writeFileSync(world.at('state', 'restores', id, 'owner.json'), JSON.stringify({ ...someone, host: 'here' }));
  world.ownerLives = true;
  await expect(world.restores.carryOut(id, world.backend)).rejects.toMatchObject({ code: 'job.already-running' });
  world.ownerLives = false;
  expect(await world.restores.carryOut(id, world.backend)).toMatchObject({ state: 'finished' });
});

test.each([
  ['on another host', { host: 'elsewhere' }],
  ['in another container', { host: 'here', pids: 'others' }],
])('a worker %s, who cannot be seen, has it as long as he shows that he lives', async (_, place) => {
  using world = new World();
  const snapshot = await world.saveAndChange();
  const { id } = world.restores.begin(await world.prepare(snapshot));
  const file = world.at('state', 'restores', id, 'owner.json');
  writeFileSync(file, JSON.stringify({ ...someone, ...place }));
  const shown = world.clock.now() / 1000;
  utimesSync(file, shown, shown);
  expect(world.restores.left()).toEqual([]);
  await expect(world.restores.carryOut(id, world.backend)).rejects.toMatchObject({ code: 'job.already-running' });
  await world.clock.advance(61_000);
  expect(world.restores.left()).toMatchObject([{ id }]);
  expect(await world.restores.carryOut(id, world.backend)).toMatchObject({ state: 'finished' });
});

test('what was replaced is kept for as long and as much as was said, and always that of the newest', async () => {
  using world = new World();
  const day = 86_400_000;
  world.undo = { undoKeptMs: 3 * day, undoBytes: 1500 };
  const replaced = async (bytes: number): Promise<string> => {
    // Ids of one millisecond have no order.
    await world.clock.advance(1000);
    world.write('a.txt', 'saved');
    const snapshot = await world.save();
    world.write('a.txt', 'x'.repeat(bytes), 1_500_000_000);
    return (await world.restore(snapshot)).id;
  };
  const kept = (): readonly string[] =>
    world.restores.list().flatMap((each) => (each.keepUntil === null ? [] : [each.id]));
  const first = await replaced(900);
  const second = await replaced(500);
  expect(kept()).toEqual([first, second]);
  const third = await replaced(400);
  expect(kept()).toEqual([second, third]);
  expect(world.restores.get(first)).toMatchObject({ state: 'finished', undoable: false });
  const large = await replaced(5000);
  expect(kept()).toEqual([large]);
  expect((await world.restores.undo(large)).leftCount).toBe(0);
  expect(text(world, 'a.txt')).toBe('x'.repeat(5000));
  const last = await replaced(10);
  await world.clock.advance(2 * day);
  world.restores.expire();
  expect(kept()).toEqual([last]);
  await world.clock.advance(2 * day);
  world.restores.expire();
  expect(kept()).toEqual([]);
});

describe.runIf(process.getuid?.() === 0)('by root', () => {
  test.each([
    ['of somebody else', 1234, 0o755],
    ['of root', 0, 0o6755],
  ])('into a place %s a program comes with the rights that fit', async (_, place, mode) => {
    using world = new World();
    const program = world.write('bin/tool', '#!/bin/sh\n');
    chmodSync(program, 0o6755);
    world.settle();
    const snapshot = await world.save();
    rmSync(dirname(program), { recursive: true });
    chownSync(dirname(world.source), place, place);
    const { outcome } = await world.restore(snapshot);
    expect(statSync(program).mode & 0o7777).toBe(mode);
    const reason = 'without the right to run as another user or group: root restored it into a place of user 1234';
    expect(outcome?.failed).toEqual(mode === 0o755 ? [{ path: program, reason }] : []);
  });

  // A restore that cannot even begin would be told of as broken off.
  test('where nothing can be written it is refused before it begins, and why', async () => {
    using world = new World();
    const snapshot = await world.saveAndChange();
    using _target = readOnly(world.at('read-only'));
    const prepared = await world.prepare(snapshot, { target: world.at('read-only', 'new') });
    const message = `Nothing can be written near ${world.at('read-only')}: EROFS: read-only file system`;
    expect(() => world.restores.begin(prepared)).toThrow(expect.objectContaining({ code: 'restore.target', message }));
    expect(world.restores.list()).toEqual([]);
  });

  test('a target whose folder cannot be made is refused, though there is room beside it', async () => {
    using world = new World();
    const snapshot = await world.saveAndChange();
    using _above = readOnly(world.at('read-only'));
    mkdirSync(world.at('open'));
    symlinkSync(world.at('read-only'), world.at('open', 'link'));
    const prepared = await world.prepare(snapshot, { target: world.at('open', 'link', 'new') });
    expect(prepared.unwritable).toMatchObject({ folder: world.at('read-only') });
    expect((await world.prepare(snapshot, { target: world.at('open', 'new') })).unwritable).toBeUndefined();
  });

  test('what cannot be recorded is told with its reason', async () => {
    using world = new World();
    const prepared = await world.prepare(await world.saveAndChange());
    using _state = readOnly(world.at('state', 'restores'));
    const message = 'The restore cannot be recorded: EROFS: read-only file system';
    expect(() => world.restores.begin(prepared)).toThrow(expect.objectContaining({ code: 'state.read-only', message }));
  });
});

function readOnly(folder: string): Disposable {
  mkdirSync(folder, { recursive: true });
  execFileSync('mount', ['-t', 'tmpfs', '-o', 'ro', 'none', folder]);
  return { [Symbol.dispose]: () => execFileSync('umount', [folder]) };
}
