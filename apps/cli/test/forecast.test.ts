import { writeFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { NearWorld } from './support/near-world.ts';
import type { World } from './support/world.ts';

let world: World;
beforeAll(() => {
  world = new NearWorld();
  writeFileSync(
    world.config,
    `timezone: Europe/Berlin
daemon: { concurrency: 2 }
repositories: { home: ${world.repository}, other: ${world.at('other')} }
jobs:
  documents:
    sources: ${world.source}
    repository: home
    schedule: { frequency: daily, preferredTime: '02:30', window: '01:00-06:00' }
  photos: { sources: ${world.source}, repository: home, schedule: daily at 02:30 }
  dump: { command: ['true'] }
  database: { sources: ${world.source}, repository: other }
  system: { sources: ${world.source}, repository: home }
chains:
  nightly:
    schedule: daily at 01:30
    steps: [dump, { parallel: [database, system] }]
`,
  );
});
afterAll(() => world[Symbol.dispose]());

const spring = ['--from', '2027-03-27T12:00:00Z'];

test('preview: lanes by day, chains in one line, what waits, and the clock change', async () => {
  const { code, stdout, stderr } = await world.umbra('schedule', 'preview', '--days', '2', ...spring);
  expect(code).toBe(0);
  const rows = stdout
    .trimEnd()
    .split('\n')
    .map((line) => line.trim().split(/ {2,}/));
  expect(rows).toEqual([
    ['in Europe/Berlin'],
    ['Sun 28 Mar 2027', '01:30', 'nightly ▸ dump ▸ database + system'],
    ['03:00', 'documents → home', 'window 01:00-06:00'],
    ['03:00', 'photos → home', 'would start 03:10, after waiting 10 min'],
    ['Mon 29 Mar 2027', '01:30', 'nightly ▸ dump ▸ database + system'],
    ['02:30', 'documents → home', 'window 01:00-06:00'],
    ['02:30', 'photos → home', 'would start 02:40, after waiting 10 min'],
  ]);
  expect(stderr).toContain('Clock changes in this time: Europe/Berlin');
  expect(stderr).toContain('+01:00 to +02:00.');
  expect(stderr).toContain('photos waits 10 min for documents: repository:home has room for 1');
});

test('preview: only some jobs, only some lines, and nothing', async () => {
  const some = await world.umbra('schedule', 'preview', 'photos', '--count', '1', ...spring);
  expect(some.stdout).toContain('photos → home');
  expect(some.stdout).not.toContain('nightly');
  expect(some.stdout).toContain('and 1 more: --count');
  expect((await world.umbra('schedule', 'preview', 'dump')).stdout).toContain('Nothing becomes due by itself');
});

test('preview says what would not run', async () => {
  const config = world.at('limits.yaml');
  writeFileSync(
    config,
    `timezone: UTC
repositories: { home: ${world.repository} }
jobs:
  often: { sources: ${world.source}, schedule: { every: 4h, window: '01:00-06:00', jitter: 5m } }
`,
  );
  const args = ['schedule', 'preview', '-c', config, '--days', '1', '--from', '2027-01-05'];
  const { stdout, stderr } = await world.umbra(...args);
  expect(stdout).not.toContain('missed');
  expect(stderr).toMatch(/^often: 5 of 6 slots a day fall outside of the windows\.$/m);
  const document = (await world.json(...args)) as { readonly runs: readonly unknown[]; readonly outside: unknown };
  expect(document.runs).toHaveLength(6);
  expect(document.outside).toMatchObject([{ job: 'often', count: 5, slots: 6 }]);
  expect(stdout).toMatch(/04:00 .* window 01:00-06:00, up to 5 min later(?: +would start 04:0\d)?$/m);
});

test('preview: each line has the windows of the schedule that it is due by', async () => {
  const config = world.at('two-schedules.yaml');
  writeFileSync(
    config,
    `timezone: UTC
jobs:
  dump:
    command: ['true']
    schedule: [{ frequency: daily, preferredTime: '02:00', window: '01:00-06:00' }, daily at 12:00]
`,
  );
  const { stdout } = await world.umbra('schedule', 'preview', '-c', config, '--days', '1', '--from', '2027-01-05');
  const rows = stdout.trimEnd().split('\n').slice(1);
  expect(rows.map((row) => row.trim().split(/ {2,}/).slice(-3))).toEqual([
    ['02:00', 'dump', 'window 01:00-06:00'],
    ['12:00', 'dump'],
  ]);
});

test('preview: in colour nothing of a colour can be read', async () => {
  const args = ['schedule', 'preview', '--days', '1', ...spring, '--color', 'always'];
  const { stdout } = await world.start(args, { env: { NO_COLOR: '' } }).ended;
  expect(stdout).toContain('\u001b[1mphotos');
  expect(stdout).not.toContain('\\x1b');
});

test('simulate: runs, waits, load, and the bound', async () => {
  const { code, stdout, stderr } = await world.umbra('simulate', '--days', '10', ...spring);
  expect(code).toBe(0);
  expect(stdout).toContain('60 runs, at most 2 at the same time');
  expect(stdout).toMatch(/photos +10 +10 min +1 h 40 min +1 h 40 min +10 min/);
  expect(stdout).toMatch(/repository:home +1 +1 +2\.1 %/);
  expect(stdout).toContain('10 runs would wait for others; the longest:');
  expect(stdout).toMatch(/No order could need less than 20 min \(\S.*\): this is 1\.00 times as long\./);
  expect(stderr).toContain(
    'Guessed to take 10 min, for no run of theirs ended well: documents, photos, dump, database, system.',
  );
  expect((await world.umbra('simulate', '--days', '1', '-v', ...spring)).stdout).toMatch(
    /photos +home +schedule .* ok/,
  );
});

test('simulate: the same seed gives the same document', async () => {
  const ask = (...seed: string[]): Promise<unknown> => world.json('simulate', '--days', '3', ...spring, ...seed);
  expect(await ask('--seed', '7')).toEqual(await ask('--seed', '7'));
  expect(await ask()).toMatchObject({ seed: null, peak: 2, runs: { length: 18 } });
});

test.each([
  [['schedule', 'preview', 'nope'], 2, 'there is no job "nope"'],
  [['schedule', 'preview', '--days', '0'], 2, 'Give a whole number from 1 to 366'],
  [['simulate', '--days', 'many'], 2, 'Give a whole number'],
  [['simulate', '--seed', '-1'], 2, 'Give a whole number'],
  [['simulate', 'documents'], 2, 'too many arguments'],
])('%j ends with %i', async (args, code, text) => {
  const outcome = await world.umbra(...args);
  expect([outcome.code, outcome.stdout, outcome.stderr]).toEqual([code, '', expect.stringContaining(text)]);
});

test('what the check of the configuration refuses has no forecast', async () => {
  const config = world.at('conditions.yaml');
  const job = `docs: { sources: ${world.source}, schedule: daily at 02:00, conditions: { powr: ac, power: mains } }`;
  writeFileSync(config, `repositories: { home: ${world.repository} }\njobs:\n  ${job}\n`);
  const refusal = async (...args: string[]) => {
    const { code, stdout, stderr } = await world.umbra('--config', config, ...args);
    return [code, stdout, stderr];
  };
  const checked = await refusal('config', 'check');
  expect(checked).toEqual([4, '', expect.stringContaining('2 problems in')]);
  expect(await refusal('schedule', 'preview')).toEqual(checked);
  expect(await refusal('simulate', '--days', '2')).toEqual(checked);
});
