import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { problemsOf } from './support/conforms.ts';
import { Daemon } from './support/daemon.ts';
import { NearWorld } from './support/near-world.ts';
import { resticProgram, umbraProgram, type World, type ResticVersion } from './support/world.ts';

let world: World;
const bytes = Buffer.from(Array.from({ length: 300_000 }, (_, index) => (index * 7919) % 251));

beforeAll(async () => {
  world = new NearWorld();
  world.write('binary', bytes);
  world.write('taxes/2025/return.txt', 'return');
  world.write('taxes/ödd\nname', 'odd');
  const { code, stderr } = await world.umbra('run', '--quiet');
  if (code !== 0) throw new Error(stderr);
});
afterAll(() => world[Symbol.dispose]());

/** What it writes, as bytes. */
function dumped(...args: string[]): {
  readonly status: number | null;
  readonly stdout: Buffer;
  readonly stderr: string;
} {
  const { status, stdout, stderr } = spawnSync(process.execPath, [umbraProgram, 'dump', ...args], { env: world.env });
  return { status, stdout, stderr: String(stderr) };
}

test('a file, byte by byte', () => {
  expect(dumped('documents@latest:binary')).toEqual({ status: 0, stdout: bytes, stderr: '' });
});

test.each<ResticVersion>(['0.14.0', '0.19.1'])('a folder as an archive, with restic %s', (version) => {
  const env = { ...world.env, UMBRA_RESTIC: resticProgram(version) };
  const run = spawnSync(process.execPath, [umbraProgram, 'dump', 'documents@latest:source/taxes'], { env });
  const listed = execFileSync('tar', ['--list', '--file=-', '--quoting-style=literal'], { input: run.stdout });
  const inside = join(world.source, 'taxes').slice(1);
  expect(String(listed)).toContain(`${inside}/2025/return.txt\n`);
  expect(String(listed)).toContain(`${inside}/ödd\nname\n`);
  expect(String(listed)).not.toContain('binary');
});

test('into a file, whole or not at all', async () => {
  const file = world.at('taxes.zip');
  const written = await world.umbra('dump', 'documents@latest:taxes', '--archive', 'zip', '--to', file, '--json');
  const document = JSON.parse(written.stdout) as Record<string, unknown>;
  expect(problemsOf('dump', document)).toEqual([]);
  expect(document).toMatchObject({ archive: 'zip', file, bytes: readFileSync(file).length });
  expect(readFileSync(file).subarray(0, 2).toString()).toBe('PK');
  const again = await world.umbra('dump', 'documents@latest:binary', '--to', file);
  expect([again.code, again.stderr]).toEqual([2, expect.stringContaining(file)]);
  expect(readFileSync(file).subarray(0, 2).toString()).toBe('PK');
  expect(readdirSync(world.folder).filter((name) => name.includes('.part'))).toEqual([]);
});

test('into a command, whose end is the end of the call', async () => {
  const copy = world.at('copy');
  expect(await world.umbra('dump', 'documents@latest:binary', '--', 'dd', `of=${copy}`, 'status=none')).toMatchObject({
    code: 0,
  });
  expect(readFileSync(copy)).toEqual(bytes);
  const failed = await world.umbra('dump', 'documents@latest:binary', '--', 'sh', '-c', 'cat >/dev/null; exit 3');
  expect([failed.code, failed.stderr]).toEqual([1, expect.stringContaining('sh ended with exit code 3')]);
  const absent = await world.umbra('dump', 'documents@latest:binary', '--', 'nosuchcommand');
  expect([absent.code, absent.stderr]).toEqual([
    1,
    expect.stringMatching(/^error\[command\.failed\]: the command nosuchcommand was not found\n/),
  ]);
  const script = world.at('script');
  writeFileSync(script, '#!/bin/sh\ncat >/dev/null\n', { mode: 0o600 });
  const barred = await world.umbra('dump', 'documents@latest:binary', '--', script);
  expect([barred.code, barred.stderr]).toEqual([1, expect.stringContaining(`${script} may not be executed\n`)]);
  expect(barred.stderr).toContain(`chmod +x ${script}`);
  const early = await world.umbra('dump', 'documents@latest:binary', '--', 'head', '-c1');
  expect([early.code, early.stderr]).toEqual([1, expect.stringContaining('before it had read everything')]);
});

test('a command is not told that it has everything when it has not', async () => {
  using damaged = new NearWorld();
  damaged.write('binary', bytes);
  expect((await damaged.umbra('run', '--quiet')).code).toBe(0);
  rmSync(join(damaged.repository, 'data'), { recursive: true });
  const whole = damaged.at('whole');
  const { code } = await damaged.umbra('dump', 'documents@latest:binary', '--', 'sh', '-c', `cat && touch ${whole}`);
  expect(code).not.toBe(0);
  expect(existsSync(whole)).toBe(false);
  const file = damaged.at('file');
  expect((await damaged.umbra('dump', 'documents@latest:binary', '--to', file)).code).not.toBe(0);
  expect(readdirSync(damaged.folder).filter((name) => name.startsWith('file') || name.includes('.part'))).toEqual([]);
});

test.each([
  [['documents@latest:nothing'], 1],
  [['documents@latest:binary', '--archive', 'zip'], 2],
  [['documents@latest:binary', '--json'], 2],
  [['documents@latest:binary', '--to', 'x', '--', 'cat'], 2],
])('%j is refused with %i', (args, code) => {
  const { status, stdout, stderr } = dumped(...args);
  expect([status, stdout.length]).toEqual([code, 0]);
  expect(stderr).not.toBe('');
});

test('the newest is not the one that is dated in the future, which is said wherever it is passed over', async () => {
  using clocks = new NearWorld();
  clocks.write('note', 'now');
  expect((await clocks.umbra('run', '--quiet')).code).toBe(0);
  clocks.write('note', 'from a clock that was wrong');
  clocks.restic('backup', '--quiet', '--time', '2099-01-02 03:04:05', '--tag', 'umbra-job:documents', clocks.source);
  const said = /1 snapshot dated in the future is passed over, the latest (\w{8}) of Fri 2 Jan 2099/;
  const { stdout, stderr } = await clocks.umbra('dump', 'documents@latest:note');
  expect([stdout, stderr]).toEqual(['now', expect.stringMatching(said)]);
  for (const command of [
    ['ls', 'documents@latest'],
    ['ls', 'latest'],
    ['restore', 'documents@latest', '--dry-run', '--to', 'x'],
  ])
    expect((await clocks.umbra(...command)).stderr).toMatch(said);
  expect(await clocks.umbra('diff', '--job', 'documents')).toMatchObject({
    code: 1,
    stderr: expect.stringMatching(/nothing before/),
  });
  clocks.write('note', 'again');
  expect((await clocks.umbra('run', '--quiet')).code).toBe(0);
  await clocks.umbra('catalog', 'update', '--quiet');
  const daemon = await Daemon.start(clocks);
  for (const command of [
    ['ls', 'documents@latest'],
    ['diff', '--job', 'documents'],
    ['growth', '--job', 'documents'],
    ['find', 'note', '--snapshot', 'documents@latest'],
  ])
    expect((await clocks.umbra(...command)).stderr).toMatch(said);
  await daemon.stop();
  const byId = await clocks.umbra('dump', `${said.exec(stderr)?.[1]}:note`);
  expect([byId.stdout, byId.stderr]).toEqual(['from a clock that was wrong', '']);
});
