import { randomBytes } from 'node:crypto';
import {
  chmodSync,
  chownSync,
  existsSync,
  linkSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
} from 'node:fs';
import { symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { problemsOf } from './support/conforms.ts';
import { NearWorld } from './support/near-world.ts';
import { portrait } from './support/portrait.ts';
import type { World, Outcome, ResticVersion } from './support/world.ts';

/** One in between is killed below. */
const versions: readonly ResticVersion[] = ['0.14.0', '0.19.1'];
const then = 1_500_000_000;
const killer = new URL('../../../tools/faults/injectors/kill-at-change.mjs', import.meta.url).href;

interface Event {
  readonly type: string;
  readonly [name: string]: unknown;
}

function events({ stdout }: Outcome): readonly Event[] {
  const all = stdout
    .split('\n')
    .filter(Boolean)
    .map((line): Event => JSON.parse(line));
  expect(all.flatMap((event) => problemsOf('event', event))).toEqual([]);
  return all;
}

async function document(world: World, name: string, ...args: string[]): Promise<Record<string, unknown>> {
  const { stdout } = await world.umbra('restore', ...args, '--json');
  const answer = JSON.parse(stdout) as Record<string, unknown>;
  expect(problemsOf(name, answer)).toEqual([]);
  return answer;
}

/** A source of every kind of thing, saved, and then worked on. */
async function savedAndChanged(version: ResticVersion): Promise<World> {
  const world = new NearWorld(version);
  const odd = Buffer.concat([Buffer.from(`${world.source}/odd `), Buffer.from([0xff, 0x0a, 0xfe])]);
  writeFileSync(odd, 'odd');
  for (const name of ['same', 'older', 'newer.md', 'lost/deep/file', 'kept/gone']) world.write(name, `saved ${name}`);
  symlinkSync('../kept/gone', join(world.source, 'lost', 'link'));
  linkSync(join(world.source, 'kept/gone'), join(world.source, 'lost', 'hard'));
  chmodSync(join(world.source, 'lost', 'deep'), 0o711);
  age(world.source, then);
  const { code, stderr } = await world.umbra('run', '--quiet');
  if (code !== 0) throw new Error(stderr);
  rmSync(join(world.source, 'lost'), { recursive: true });
  rmSync(join(world.source, 'kept', 'gone'));
  rmSync(odd);
  world.write('older', 'before');
  utimesSync(join(world.source, 'older'), then - 1000, then - 1000);
  world.write('newer.md', 'worked on since');
  world.write('mine', 'mine');
  return world;
}

function age(folder: string, seconds: number): void {
  for (const entry of readdirSync(folder, { withFileTypes: true, encoding: 'buffer' })) {
    const path = Buffer.concat([Buffer.from(`${folder}/`), entry.name]);
    if (entry.isDirectory()) age(String(path), seconds);
    else if (entry.isFile()) utimesSync(path, seconds, seconds);
  }
  utimesSync(folder, seconds, seconds);
}

const leaveOut = /^\.umbra-restore-/;

describe.concurrent.each(versions)('restic %s', (version) => {
  test('in place: previewed, done, compared, and taken back to what it was', async () => {
    using world = await savedAndChanged(version);
    const before = portrait(world.source);
    const args = ['documents@latest', '--in-place', '--overwrite', 'both', '--verify', '-y', '--json'];
    const restored = await world.umbra('restore', ...args);
    const done = events(restored).at(-1);
    expect(restored).toMatchObject({ code: 0, stderr: '' });
    expect(events(restored).filter(({ action }) => action === 'create')).toHaveLength(5);
    expect(done).toMatchObject({
      type: 'restore.finished',
      counts: { create: 5, beside: 2, replace: 0, unchanged: 1 },
      verified: true,
    });
    expect(readFileSync(join(world.source, 'newer.restored.md'), 'utf8')).toBe('saved newer.md');
    expect(statSync(join(world.source, 'lost/deep')).mode & 0o777).toBe(0o711);
    expect(statSync(join(world.source, 'lost')).mtimeMs).toBe(then * 1000);
    expect(statSync(join(world.source, 'kept/gone')).nlink).toBe(2);
    const { restores } = await document(world, 'restores', '--list');
    expect(restores).toMatchObject([{ state: 'finished', target: null, undoUntil: expect.any(String) }]);
    const undone = await document(world, 'restore-undone', '--undo', String(done?.['restore']));
    expect(undone).toMatchObject({ exitCode: 0, leftCount: 0 });
    expect(portrait(world.source)).toEqual(before);
    expect(readdirSync(world.folder).filter((name) => leaveOut.test(name))).toEqual([]);
  });
});

test('where nothing differs nobody is asked', async () => {
  using world = new NearWorld();
  world.write('notes.md', 'saved');
  await world.umbra('run', '--quiet');
  const { code, stdout } = await world.umbra('restore', 'documents@latest', '--in-place');
  expect([code, stdout]).toEqual([0, expect.stringContaining('restored 0 files')]);
});

// The one that would write through links if it came to them.
test('a link that leads out of the target is not followed, in place and in a folder', async () => {
  using world = await savedAndChanged('0.14.0');
  const outside = world.makeFolder('outside');
  rmSync(join(world.source, 'kept'), { recursive: true });
  symlinkSync(outside, join(world.source, 'kept'));
  const target = world.makeFolder('target');
  mkdirSync(join(target, world.source), { recursive: true });
  symlinkSync(outside, join(target, world.source, 'kept'));
  for (const where of [['--in-place'], ['--to', target]]) {
    for (const how of ['--dry-run', '-y']) {
      const { code, stderr } = await world.umbra('restore', 'documents@latest', ...where, how);
      expect([code, stderr]).toEqual([2, expect.stringContaining('kept is a link, and a restore follows none')]);
    }
  }
  expect(readdirSync(outside)).toEqual([]);
  expect(existsSync(join(world.source, 'lost'))).toBe(false);
});

test('killed at some moments: the old or the new one, and the same command goes on', async () => {
  using world = await savedAndChanged('0.18.0');
  const before = portrait(world.source);
  const command = ['restore', 'documents@latest', '--in-place', '--overwrite', 'always', '-y'];
  const env = { NODE_OPTIONS: `--import=${killer}`, UMBRA_KILL_COUNT: world.at('count') };
  const first = await world.start(command, { env }).ended;
  expect(first).toMatchObject({ code: 0 });
  const seen = (): readonly string[] => portrait(world.source, { leaveOut });
  const after = seen();
  const changes = Number(readFileSync(world.at('count'), 'utf8'));
  const undo = async (): Promise<void> => {
    const { restores } = (await document(world, 'restores', '--list')) as { restores: readonly { id: string }[] };
    expect(await document(world, 'restore-undone', '--undo', restores[0]?.id ?? '')).toMatchObject({ leftCount: 0 });
  };
  await undo();
  for (const share of [0.45, 0.7]) {
    const killed = await world.start(command, {
      env: { ...env, UMBRA_KILL_CHANGE: `${Math.round(changes * share)}:after` },
    }).ended;
    expect(killed.signal).toBe('SIGKILL');
    for (const name of ['older', 'newer.md', 'same', 'mine']) expect(existsSync(join(world.source, name))).toBe(true);
    const told =
      /The restore of \w{8} in place broke off .*: umbra restore --resume (x-\w+), or .* --(?:undo|discard) \1\n/;
    expect((await world.umbra('status')).stderr).toMatch(told);
    const status = await world.json('status');
    expect(problemsOf('status', status as object)).toEqual([]);
    expect(status).toMatchObject({
      restores: [{ target: null, state: expect.stringMatching(/^(?:staging|moving)$/) }],
    });
    expect(await world.umbra(...command)).toMatchObject({
      code: 0,
      stderr: expect.stringContaining('going on with x-'),
    });
    expect(await world.json('status')).toMatchObject({ restores: [] });
    expect(seen()).toEqual(after);
    await undo();
    expect(portrait(world.source)).toEqual(before);
  }
  expect(world.processes()).toEqual([]);
});

test('what the snapshot does not have is shown, removed if that is no surprise, and taken back', async () => {
  using world = new NearWorld();
  world.configure("    excludes: ['*.tmp']\n    verify: { afterBackup: none }\n");
  for (const name of ['a', 'b', 'folder/c']) world.write(name, name);
  expect((await world.umbra('run', '--quiet')).code).toBe(0);
  for (const name of ['d', 'e', 'new/f', 'new/g', 'h.tmp']) world.write(name, 'mine');
  const before = portrait(world.source);
  const command = ['restore', 'documents@latest', '--in-place', '--delete'];
  const planned = events(await world.umbra(...command, '--dry-run', '--json'));
  expect(planned.filter(({ action }) => action === 'remove')).toMatchObject(
    ['d', 'e', 'new'].map((name) => ({ path: join(world.source, name), files: name === 'new' ? 2 : 1 })),
  );
  expect(planned.at(-1)).toMatchObject({ type: 'restore.spared', path: join(world.source, 'h.tmp') });
  const refused = await world.umbra(...command, '-y');
  expect([refused.code, refused.stderr]).toEqual([2, expect.stringMatching(/4 files would be removed.*--max-delete/s)]);
  expect(refused.stdout).toMatch(/- 4 to remove .*\/new\/  2 files\n.*h\.tmp  stays: the backup leaves it out/s);
  expect(portrait(world.source)).toEqual(before);
  const restored = await world.umbra(...command, '--max-delete', '4', '-y');
  expect(restored).toMatchObject({ code: 0, stdout: expect.stringContaining('4 removed') });
  expect(readdirSync(world.source).sort()).toEqual(['a', 'b', 'folder', 'h.tmp']);
  const id = /--undo (x-\w+)/.exec(restored.stdout)?.[1] ?? '';
  expect(await document(world, 'restore-undone', '--undo', id)).toMatchObject({ putBack: 4, leftCount: 0 });
  expect(portrait(world.source)).toEqual(before);
});

test('what is given up is gone, and what is unknown is said', async () => {
  using world = await savedAndChanged('0.19.1');
  const { code } = await world.umbra('restore', 'documents@latest:older', '--in-place', '--overwrite', 'always', '-y');
  expect(code).toBe(0);
  const { restores } = (await document(world, 'restores', '--list')) as { restores: readonly { id: string }[] };
  const id = restores[0]?.id ?? '';
  const again = await world.umbra('restore', '--resume', id);
  expect([again.code, again.stderr]).toEqual([2, expect.stringMatching(/^error\[[^\n]* is finished/)]);
  expect((await world.umbra('restore', '--discard', id)).code).toBe(2);
  expect(await document(world, 'restore', '--discard', id, '-y')).toMatchObject({ id, undoUntil: null });
  expect(readdirSync(world.folder).filter((name) => leaveOut.test(name))).toEqual([]);
  const refused = await world.umbra('restore', '--undo', id);
  expect([refused.code, refused.stderr]).toEqual([2, expect.stringContaining('not kept any more')]);
  expect((await world.umbra('restore', 'documents@latest', '--list')).code).toBe(2);
});

test('what the repository cannot give back right is left as it was, and the exit code says so', async () => {
  using world = await savedAndChanged('0.19.1');
  world.write('big', randomBytes(100_000));
  expect((await world.umbra('run', '--quiet')).code).toBe(0);
  world.write('big', 'mine');
  utimesSync(join(world.source, 'big'), then, then);
  rmSync(join(world.source, 'same'));
  damageTheMiddle(join(world.repository, 'data'), 100_000);
  const restore = (...more: string[]): Promise<Outcome> =>
    world.umbra('restore', 'documents@latest', '--in-place', '-y', '--json', ...more);
  const compared = await restore('--verify');
  expect(compared.code).toBe(22);
  expect(events(compared).at(-1)).toMatchObject({
    exitCode: 22,
    counts: { create: 1, replace: 0 },
    failedCount: 1,
    differing: 1,
    failed: [{ path: join(world.source, 'big') }],
  });
  expect(readFileSync(join(world.source, 'big'), 'utf8')).toBe('mine');
  expect(readFileSync(join(world.source, 'same'), 'utf8')).toBe('saved same');
  expect((await restore()).code).toBe(1);
});

/** Changes a byte in each pack that has room for a file of this size. */
function damageTheMiddle(folder: string, size: number): void {
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    const file = join(entry.parentPath, entry.name);
    if (!entry.isFile() || statSync(file).size < size) continue;
    const bytes = readFileSync(file);
    bytes[size / 2] = (bytes[size / 2] ?? 0) ^ 0xff;
    chmodSync(file, 0o600);
    writeFileSync(file, bytes);
  }
}

test.runIf(process.getuid?.() === 0)(
  'what root restores to somebody else lends that one no rights of root',
  async () => {
    using world = new NearWorld();
    const program = world.write('bin/tool', '#!/bin/sh\n');
    chownSync(world.source, 1234, 1234);
    chownSync(join(world.source, 'bin'), 1234, 1234);
    chmodSync(program, 0o6755);
    const own = world.write('bin/own', '#!/bin/sh\n');
    chownSync(own, 1234, 1234);
    chmodSync(own, 0o4755);
    expect((await world.umbra('run', '--quiet')).code).toBe(0);
    rmSync(join(world.source, 'bin'), { recursive: true });
    const { code, stdout } = await world.umbra('restore', 'documents@latest', '--in-place', '-y');
    expect([code, stdout]).toEqual([
      1,
      expect.stringMatching(/tool.*without the right to run as another user or group/),
    ]);
    expect([program, own].map((file) => statSync(file).mode & 0o7777)).toEqual([0o755, 0o4755]);
    const history = await world.umbra('history');
    expect(history.stderr).toContain('1 restore beside these runs: umbra restore --list\n');
  },
);
