import { randomBytes } from 'node:crypto';
import { cpSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import {
  FaultyDisk,
  faultyDisks,
  hasFaultyDisks,
  type DiskFault,
} from '../../../../tools/faults/injectors/faulty-disk.ts';
import { lacking } from '../../../../tools/faults/injectors/injector.ts';
import { putDown, times } from '../../../../tools/vitest/evidence.ts';
import { World, type Outcome } from '../support/world.ts';
import { expectNextRunWorks, expectNothingLeft } from './aftermath.ts';

/** Each takes a second or two of work: the long suite does them all. */
const isLong = times(1) > 1;

function aWorld(): World {
  const world = new World();
  world.write('file', randomBytes(300_000));
  world.write('deep/other', 'content');
  return world;
}

/** Runs with a fault, which has to have been met. */
async function runWith(world: World, disk: FaultyDisk, fault: DiskFault): Promise<Outcome> {
  disk.set(fault);
  const outcome = await world.umbra('run', '--no-retry');
  expect(disk.count).toBeGreaterThan(0);
  putDown({ unit: 'disk faults', count: disk.count });
  disk.heal();
  return outcome;
}

interface Case {
  readonly what: string;
  readonly fault: DiskFault;
  readonly code: number;
  readonly says: readonly string[];
}

const stalls = { code: 75, says: ['engine.stalled', 'Nothing moved'] };

const ofRepository: readonly Case[] = [
  { what: 'its keys cannot be read', fault: { call: 'read', path: '/keys/', what: 'EIO' }, ...stalls },
  { what: 'packs cannot be written', fault: { call: 'write', path: '/data/', what: 'EIO' }, ...stalls },
  { what: 'it is read-only all at once', fault: { call: 'make', path: '/repository/', what: 'EROFS' }, ...stalls },
  { what: 'its listings are stale', fault: { call: 'list', path: '/snapshots', what: 'ESTALE' }, ...stalls },
  {
    what: 'it is full when it has to be durable',
    fault: { call: 'sync', path: '/repository/', what: 'ENOSPC' },
    code: 1,
    says: ['repository.full', 'Free space'],
  },
  {
    what: 'it has no names left',
    fault: { call: 'make', path: '/repository/', what: 'ENOSPC' },
    code: 1,
    says: ['repository.full'],
  },
  {
    what: 'it takes half of each write',
    fault: { call: 'write', path: '/repository/', what: 'halve' },
    code: 0,
    says: ['verified'],
  },
  {
    what: 'it is slow to be durable',
    fault: { call: 'sync', path: '/repository/', what: { lateMs: 150 } },
    code: 0,
    says: ['verified'],
  },
];

const ofState: readonly Case[] = [
  {
    what: 'is full when it has to be durable',
    fault: { call: 'sync', path: '/state.db', what: 'ENOSPC' },
    code: 0,
    says: ['cannot be used', 'UMBRA_STATE_DIR'],
  },
  {
    what: 'cannot be read',
    fault: { call: 'read', path: '/state.db', what: 'EIO' },
    code: 0,
    says: ['cannot be used (disk I/O error)'],
  },
  {
    what: 'may not be opened',
    fault: { call: 'open', path: '/state.db', what: 'EACCES' },
    code: 0,
    says: ['cannot be used'],
  },
  {
    what: 'takes half of each write',
    fault: { call: 'write', path: '/state.db-wal', what: 'halve' },
    code: 0,
    says: ['verified'],
  },
  {
    what: 'is slow to write',
    fault: { call: 'write', path: '/state.db', what: { lateMs: 10 } },
    code: 0,
    says: ['verified'],
  },
];

function expectSaid({ code, stdout, stderr }: Outcome, wanted: Case): void {
  expect(code, stdout + stderr).toBe(wanted.code);
  for (const word of wanted.says) expect(stdout + stderr).toContain(word);
  expect(stdout + stderr).not.toMatch(/wrong.password/i);
}

describe.runIf(hasFaultyDisks).concurrent(`a disk that fails under the programs${lacking(faultyDisks)}`, () => {
  test.each(ofRepository.slice(0, isLong ? undefined : 1))('of a repository: $what', async (each) => {
    using world = aWorld();
    using disk = new FaultyDisk(world.makeFolder('disk'));
    const repository = join(disk.folder, 'repository');
    cpSync(world.repository, repository, { recursive: true });
    // Only where it is the end: what is slow on a busy machine is not ended by it.
    world.configure(each.code === stalls.code ? '    stallTimeout: 4s\n' : '', { location: repository });
    expectSaid(await runWith(world, disk, each.fault), each);
    world.configure('', { location: repository });
    expect(world.processes()).toEqual([]);
    expect(await world.history()).toMatchObject([
      { exitCode: each.code, outcome: each.code === 0 ? 'succeeded' : 'failed' },
    ]);
    expect(await world.umbra('run', '--quiet')).toMatchObject({ code: 0, stderr: '' });
    expect(await world.umbra('verify', '--read', 'all')).toMatchObject({ code: 0 });
  });

  test.runIf(isLong).each(ofState)('of the state: it $what', async (each) => {
    using world = aWorld();
    mkdirSync(world.state, { mode: 0o700 });
    using disk = new FaultyDisk(world.state);
    expect((await world.umbra('run', '--quiet')).code).toBe(0);
    expectSaid(await runWith(world, disk, each.fault), each);
    const kept = (await world.history()).length;
    expect(await world.umbra('run', '--quiet')).toMatchObject({ code: 0, stderr: '' });
    const runs = await world.history();
    expect(runs).toHaveLength(kept + 1);
    expect(runs.map(({ outcome }) => outcome)).toEqual(runs.map(() => 'succeeded'));
  });

  test.runIf(isLong)('of a source: what cannot be read is told, and all else is saved', async () => {
    using world = aWorld();
    using disk = new FaultyDisk(world.makeFolder('source', 'share'));
    for (const name of ['good', 'bad']) cpSync(join(world.source, 'file'), join(disk.folder, name));
    const bad = join(disk.folder, 'bad');
    const { code, stderr } = await runWith(world, disk, { call: 'read', path: '/bad', what: 'EIO' });
    expect(code, stderr).toBe(3);
    const [run] = await expectNothingLeft(world);
    expect(run).toMatchObject({ outcome: 'warning', unreadable: [{ path: bad }], unreadableCount: 1 });
    expect(run?.unreadable[0]?.reason).toContain('input/output error');
    expect(world.restic('ls', 'latest')).toContain(join(disk.folder, 'good'));
    await expectNextRunWorks(world);
  });

  test('of a restore: a target that fills up has no half of a file, and all of it once there is room', async () => {
    using world = aWorld();
    expect((await world.umbra('run', '--quiet')).code).toBe(0);
    using disk = new FaultyDisk(world.makeFolder('target'));
    const restore = () => world.umbra('restore', 'documents@latest', '--to', disk.folder, '--verify');
    disk.set({ call: 'write', first: 2, path: 'file', what: 'ENOSPC' });
    const { code, stdout } = await restore();
    expect(code).toBe(22);
    expect(stdout).toMatch(/no space left on device\n.*1 item could not be restored/);
    const there = readdirSync(disk.folder, { recursive: true, encoding: 'utf8' });
    expect(there.map((name) => `/${name}`)).toContain(join(world.source, 'deep/other'));
    expect(there.filter((name) => /umbra-restore|\/file$/.test(name))).toEqual([]);
    expect(disk.count).toBeGreaterThan(1);
    putDown({ unit: 'disk faults', count: disk.count });
    disk.heal();
    expect(await restore()).toMatchObject({ code: 0 });
    for (const name of ['file', 'deep/other']) {
      const [saved, restored] = ['', disk.folder].map((folder) => readFileSync(folder + join(world.source, name)));
      expect(restored).toEqual(saved);
    }
  });
});
