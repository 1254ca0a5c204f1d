import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import type { ProcessIdentity } from '@umbracore/contracts';
import { problemsOf } from './support/conforms.ts';
import { NearWorld } from './support/near-world.ts';
import { until, type World } from './support/world.ts';

let world: World;
beforeAll(async () => {
  world = new NearWorld();
  world.write('a.txt', 'content');
  world.configure('    schedule: daily at 02:00\n    verify: { afterBackup: metadata }\n');
  const { code, stderr } = await world.umbra('run', 'documents');
  if (code !== 0) throw new Error(stderr);
});
afterAll(() => world[Symbol.dispose]());

const note = (): string => world.at('state', 'daemon.json');
const heartbeat = (): string => world.at('state', 'heartbeat.json');
afterEach(() => {
  for (const file of [note(), heartbeat()]) rmSync(file, { force: true });
});

const bootId = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
const ended: ProcessIdentity = { pid: 999_999_999, startTime: '1', bootId, host: hostname() };
/** This process: it lives, and is no daemon. */
const living: ProcessIdentity = {
  pid: process.pid,
  startTime: readFileSync('/proc/self/stat', 'utf8').split(') ')[1]?.split(' ')[19] ?? '',
  bootId,
  host: hostname(),
};

function beat(process: ProcessIdentity, minutesAgo: number): void {
  mkdirSync(world.at('state'), { recursive: true });
  writeFileSync(heartbeat(), JSON.stringify({ process, at: Date.now() - minutesAgo * 60_000, nextAt: null }));
}

test('a job that is well: protected, and --check is content', async () => {
  const { code, stdout, stderr } = await world.umbra('status', '--check');
  expect([code, stderr]).toEqual([0, 'The job is well.\n']);
  expect(stdout).toMatch(/✔ documents .* just now +.*, ok .* protected/);
  expect(await world.json('status')).toMatchObject({ daemon: null, jobs: [{ protection: 'protected', reasons: [] }] });
});

test('the steps of a run are told with their ends', async () => {
  const { stdout } = await world.umbra('show', 'documents');
  expect([...stdout.matchAll(/attempt 1 +(.+?) {2}/g)].map(([, step]) => step)).toEqual([
    'backup intent',
    'backup done',
    'verify intent',
    'verify done',
  ]);
});

test.each([
  [
    'gone',
    ended,
    1,
    'ended without taking its leave; its last sign of life was 1 min ago. Start it: umbra daemon start.',
  ],
  ['silent', living, 6, 'is there but does nothing; its last sign of life was 6 min ago. Restart it'],
])('a daemon that is %s is said so, and --check ends with 21', async (state, process, minutes, text) => {
  beat(process, minutes);
  const { code, stderr } = await world.umbra('status', '--check');
  expect([code, stderr]).toEqual([21, expect.stringContaining(text)]);
  expect((await world.umbra('status')).code).toBe(0);
  const document = await world.json('status');
  expect(problemsOf('status', document)).toEqual([]);
  expect(document).toMatchObject({ daemon: { state, pid: process.pid } });
});

test('a daemon whose heart beats is nothing to talk about, nor is one that took its leave', async () => {
  beat(living, 1);
  expect(await world.umbra('status', '--check')).toMatchObject({ code: 0, stderr: 'The job is well.\n' });
});

test('too old by the age that is asked for', async () => {
  const old = await world.umbra('status', '--check', '--max-age', '0.001s');
  expect([old.code, old.stdout]).toEqual([21, expect.stringContaining('STALE')]);
  expect(old.stderr).toContain('1 of 1 job needs you: umbra run documents');
  expect((await world.umbra('status', '--check', '--max-age', '26h')).code).toBe(0);
  expect((await world.umbra('status', '--max-age', 'long')).code).toBe(2);
});

test('--watch off a terminal: a line for each change', async () => {
  const watching = world.start(['status', '--watch']);
  const lines = (): string[] => watching.stdout().trimEnd().split('\n');
  await until('the first line', () => watching.stdout().includes('protected, last run succeeded'));
  expect((await world.umbra('run', 'documents', '--quiet')).code).toBe(0);
  await until('another line', () => lines().length >= 2);
  watching.child.kill('SIGINT');
  expect((await watching.ended).signal).toBe('SIGINT');
  for (const line of lines()) expect(line).toMatch(/^\d{4}-[^ ]*[+-]\d\d:\d\d {2}. documents → home {2}/);
});

test('a job that fails comes first, and disabled ones do not count', async () => {
  writeFileSync(
    world.config,
    `${readFileSync(world.config, 'utf8')}  broken: { command: ['false'], retry: { type: none } }
  asleep: { sources: ${world.source}, enabled: false, schedule: hourly }
`,
  );
  expect((await world.umbra('run', 'broken')).code).toBe(1);
  const { code, stdout, stderr } = await world.umbra('status', '--check');
  expect([code, stderr]).toEqual([21, expect.stringMatching(/^1 of 2 jobs needs you: umbra show r-/)]);
  const rows = stdout.trimEnd().split('\n').slice(1);
  expect(rows.map((row) => row.slice(0, 12).trimEnd())).toEqual(['✘ broken', '✔ documents', '– asleep (di']);
  const failed = await world.umbra('status', '--failed', '--plain');
  expect(failed.stdout.split('\t').slice(0, 2)).toEqual(['FAIL', 'broken']);
});

test('what was never asked for is neither well nor in trouble; a job of two repositories is one job', async () => {
  const other = world.at('other');
  writeFileSync(
    world.config,
    `repositories: { home: ${JSON.stringify(world.repository)}, other: ${JSON.stringify(other)} }
jobs:
  twice: { sources: ${JSON.stringify(world.source)}, repository: [home, other] }
  by-hand: { command: ['true'] }
`,
  );
  const { stdout, stderr } = await world.umbra('status');
  expect(stdout).toMatch(/^– by-hand /m);
  expect(stderr).toMatch(/^1 of 2 jobs is worth a look: umbra run twice/);
});

test('nothing looks well before it went well: not what never ran, nor what is tried again', async () => {
  writeFileSync(
    world.config,
    `jobs:
  later: { command: ['sh', '-c', 'exit 75'], retry: { type: fixed, maxAttempts: 3, initialDelay: 10m } }
  by-hand: { command: ['true'] }
`,
  );
  const before = await world.umbra('status', '--check');
  expect([before.code, before.stderr]).toEqual([0, 'None of 2 jobs has run to its end yet.\n']);
  expect(before.stdout).toMatch(/^– later .* has not run yet$/m);
  expect((await world.umbra('run', 'by-hand')).code).toBe(0);
  expect((await world.umbra('status')).stderr).toBe('1 of 2 jobs is well, 1 has not run to its end yet.\n');
  const trying = world.start(['run', 'later']);
  await until('the next try', () => trying.stderr().includes('next try in'));
  const { stdout, stderr } = await world.umbra('status');
  expect(stdout).toMatch(/^! later .* retrying in .* attempt 1 failed: /m);
  expect(stderr).toMatch(/^1 of 2 jobs is worth a look: umbra show r-/);
  trying.child.kill('SIGINT');
  await trying.ended;
});

test('a job that comes after another says so in place of a time', async () => {
  writeFileSync(
    world.config,
    `jobs:
  first: { command: ['true'], schedule: daily at 02:00 }
  second: { command: ['true'], after: first }
`,
  );
  const { stdout } = await world.umbra('status', '--plain');
  const next = stdout
    .trimEnd()
    .split('\n')
    .map((row) => [row.split('\t')[1], row.split('\t')[5]]);
  expect(next).toEqual([
    ['first', expect.stringMatching(/^in /)],
    ['second', 'after first'],
  ]);
  const document = await world.json('status');
  expect(problemsOf('status', document)).toEqual([]);
  expect(document).toMatchObject({ jobs: [{ after: [] }, { nextRun: null, after: ['first'] }] });
});
