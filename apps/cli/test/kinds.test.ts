import { readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { problemsOf } from './support/conforms.ts';
import { NearWorld } from './support/near-world.ts';
import type { World } from './support/world.ts';

let world: World;
beforeAll(() => {
  world = new NearWorld();
  world.write('a.txt', 'content');
  const other = world.addRepository('other');
  writeFileSync(
    world.config,
    `repositories:
  home: { url: ${world.repository}, password: 'file:${world.at('password')}' }
  other: { url: ${other}, password: 'file:${world.at('password')}' }
defaults: { retry: { type: none } }
jobs:
  documents: { sources: ${world.source}, repository: home, verify: { afterBackup: none } }
  mirror: { copy: { from: home, to: other } }
  tidy: { forget: { last: 1 }, repository: home }
  free-space: { prune: true, repository: home }
  look: { check: { read: 50% }, repository: home }
  trial: { drill: { files: 5 }, repository: home }
  dump: { command: ['true'] }
  broken: { command: ['false'] }
  gone: { command: [no-such-program-anywhere] }
chains:
  nightly: { steps: [dump, documents, look] }
  doomed: { steps: [broken, documents] }
  twice: { steps: [dump, { parallel: [dump, { job: dump, id: aside }] }] }
`,
  );
});
afterAll(() => world[Symbol.dispose]());

test.each([
  ['documents', /^✔ snapshot \w{8}  \+.* new in 1 file/],
  ['mirror', /^✔ mirror → other  1 snapshot copied; 1 compared, all equal, /],
  ['mirror', /^✔ mirror → other  nothing to copy; 1 compared, all equal, /],
  ['documents', /^✔ snapshot \w{8}  no file changed/],
  ['tidy', /^✔ tidy → home  1 snapshot removed, 1 kept, /],
  ['free-space', /^✔ free-space → home  what no snapshot needs is freed, /],
  ['look', /^✔ look → home  sound, .+, part 1 of 2 of the data read, /],
  ['look', /^✔ look → home  sound, .+, part 2 of 2 of the data read, /],
  ['trial', /^✔ trial → home  1 file of 1 snapshot restored and proven, 7 B in [\d.]+ m?s, /],
  ['dump', /^✔ dump  exit 0, /],
])('run %s says %s', async (job, line) => {
  const { code, stdout, stderr } = await world.umbra('run', job);
  expect([code, stdout]).toEqual([0, expect.stringMatching(line)]);
  expect(stderr).toMatch(new RegExp(`^${job}`));
});

test('what a copy proved is told of its snapshot', async () => {
  const { snapshots } = (await world.json('snapshots', '--repository', 'other')) as { snapshots: readonly object[] };
  expect(snapshots).toMatchObject([{ repository: 'other', proof: { by: 'verification' } }]);
});

test('what a run came to is told in words', async () => {
  expect((await world.umbra('show', 'documents')).stdout).toMatch(/data +7 B in all, .* new, .* stored\n/);
  expect((await world.umbra('show', 'mirror')).stdout).toMatch(/both up to +documents (?:to|yester)day \d\d:\d\d\n/);
});

test('what the parts of restic read counts where nothing else can tell what was read', async () => {
  const env = { UMBRA_NATIVE: 'off' };
  const { code, stdout } = await world.start(['verify', '--status', 'home'], { env }).ended;
  expect([code, stdout]).toEqual([0, '✔ home  100% read by restic in the last 30 days, the oldest just now\n']);
  const document = JSON.parse((await world.start(['verify', '--status', '--json'], { env }).ended).stdout) as object;
  expect(problemsOf('coverage', document)).toEqual([]);
  expect(document).toMatchObject({
    repositories: [
      { repository: 'home', coverage: null, parts: { read: 1, fresh: 1 }, problem: null },
      { repository: 'other', parts: { read: 0, oldestAt: null }, problem: expect.stringMatching(/no check has read/) },
    ],
  });
});

test('a chain tells of each of its runs, and of itself', async () => {
  const { code, stdout } = await world.umbra('run', 'nightly');
  expect(code).toBe(0);
  expect(
    stdout
      .trimEnd()
      .split('\n')
      .map((line) => line.replace(/, [\d.]+ m?s$/, '')),
  ).toEqual([
    '✔ dump  exit 0',
    expect.stringMatching(/^✔ documents → home  snapshot /),
    expect.stringMatching(/^✔ look → home  sound, .+, part 1 of 2 of the data read$/),
    '✔ nightly  3 steps: 3 ok',
  ]);
  const shown = (await world.json('show', 'nightly')) as { run: object; runs: readonly string[] };
  expect(problemsOf('run', shown)).toEqual([]);
  expect(shown).toMatchObject({
    run: { kind: 'chain', repository: null, report: { kind: 'chain' } },
    runs: { length: 3 },
  });
  const text = (await world.umbra('show', 'nightly')).stdout;
  expect(text).toMatch(/did +3 steps: 3 ok/);
  expect(text).toMatch(/✔ documents +home +r-\w+ +ok/);
  expect((await world.umbra('show', 'dump')).stdout).toMatch(/trigger +part of r-/);
});

test('of a job that stands in a chain more than once each line says which node it is', async () => {
  const { code, stdout, stderr } = await world.umbra('run', 'twice');
  expect(code).toBe(0);
  const named = /^(?:✔ )?(\S+(?: \(\S+\))?)/gm;
  const nodes = (text: string) => [...text.matchAll(named)].map(([, name = '']) => name).toSorted();
  expect(nodes(stdout)).toEqual(['aside (dump)', 'dump', 'dump#2', 'twice']);
  expect(nodes(stderr)).toEqual(['aside (dump)', 'dump', 'dump#2', 'twice']);
  expect((await world.umbra('show', 'twice')).stdout).toMatch(/✔ aside \(dump\) +— +r-/);
  const { runs } = (await world.json('history', 'dump', '--limit', '3')) as { runs: readonly { node: string }[] };
  expect(runs.map(({ node }) => node).toSorted()).toEqual(['aside', 'dump', 'dump#2']);
  const aside = runs.findIndex(({ node }) => node === 'aside');
  expect((await world.umbra('show', (runs[aside] as unknown as { id: string }).id)).stdout).toMatch(
    /part of r-\w+ as aside/,
  );
});

test('verify --restore-test runs the drill that there is, or one with the defaults, and says what came back', async () => {
  const own = await world.umbra('verify', 'home', '--structure-only', '--restore-test=3');
  expect([own.code, own.stdout]).toEqual([0, expect.stringContaining('✔ restore-test-home → home')]);
  const { code, stdout } = await world.umbra('verify', 'home', '--structure-only', '--restore-test');
  expect([code, stdout]).toEqual([
    0,
    expect.stringMatching(/✔ trial → home  \d files? of \d snapshots? restored and proven/),
  ]);
  const other = await world.umbra('verify', 'other', '--structure-only', '--restore-test', '--json');
  expect([other.code, other.stdout]).toEqual([0, expect.stringContaining('"job":"restore-test-other"')]);
  expect((await world.umbra('verify', 'documents@latest', '--restore-test')).code).toBe(2);
  const shown = (await world.json('show', 'restore-test-other')) as { run: { report: object } };
  expect(problemsOf('run', shown)).toEqual([]);
  expect(shown.run.report).toMatchObject({ kind: 'drill', files: 1, failureCount: 0 });
  const text = (await world.umbra('show', 'trial')).stdout;
  expect(text).toMatch(/compared +\d as their sources are/);
  expect(text).toContain('a.txt');
});

test('what a drill proved is told of its job and of its snapshot', async () => {
  const listed = (await world.json('snapshots', '--latest', '1')) as { snapshots: readonly object[] };
  expect(problemsOf('snapshots', listed)).toEqual([]);
  expect(listed.snapshots).toMatchObject([{ proof: { by: 'drill', files: 1 } }]);
  expect((await world.umbra('snapshots')).stdout).toMatch(/1 file restored today \d\d:\d\d/);
  const status = (await world.json('status', 'documents')) as { jobs: readonly object[] };
  expect(problemsOf('status', status)).toEqual([]);
  expect(status.jobs).toMatchObject([{ protection: 'protected', restoreTest: { proven: expect.any(Number) } }]);
});

test('a dry run says of each kind what it would do', async () => {
  const { code, stdout } = await world.umbra('run', 'nightly', 'tidy', 'free-space', 'mirror', '--dry-run');
  expect(code).toBe(0);
  expect(stdout).toMatch(/^✔ dump {2}dry run: would be run, /m);
  expect(stdout).toMatch(/^✔ nightly {2}dry run: 3 steps: 3 ok, /m);
  expect(stdout).toMatch(/^✔ tidy → home {2}dry run: \d+ snapshots? would be removed, 1 kept, /m);
  expect(stdout).toMatch(/^✔ free-space → home {2}dry run: what no snapshot needs would be freed, /m);
  expect(stdout).toMatch(/^✔ mirror → other {2}dry run: \d+ snapshots? would be copied, /m);
});

test.each([
  [['mirror', '--strategy', 'full'], '--strategy is for a backup, and "mirror" is a copy'],
  [['documents', 'trial', '--full'], '--full is for a backup, and "trial" is a drill'],
  [['--due', '--dry-run'], '--due takes no options for its runs'],
])('run %j is refused, for it would not do what it says', async (args, problem) => {
  const runs = async () => ((await world.json('history')) as { readonly runs: readonly unknown[] }).runs.length;
  const before = await runs();
  const { code, stderr } = await world.umbra('run', ...args);
  expect([code, stderr]).toEqual([2, expect.stringContaining(problem)]);
  expect(await runs()).toBe(before);
});

test('what fails says so, and what does not come to its turn says why', async () => {
  const broken = await world.umbra('run', 'broken');
  expect([broken.code, broken.stdout]).toEqual([1, '']);
  expect(broken.stderr).toContain('✘ broken  failed: false ended with 1 [command.failed]');
  expect((await world.umbra('run', 'gone')).stderr).toContain('no-such-program-anywhere');
  const doomed = await world.umbra('run', 'doomed');
  expect(doomed.code).toBe(1);
  expect(doomed.stdout).toMatch(/documents → home  skipped: "broken" failed/);
  expect(doomed.stderr).toMatch(/✘ doomed  failed/);
});

test('history has every kind with what it did, in the documented shapes', async () => {
  const { stdout } = await world.umbra('history', '--limit', '50');
  for (const line of [
    /mirror +other .* ok .*1 snapshot copied/,
    /tidy +home .* ok .*1 snapshot removed/,
    /nightly +— .*3 steps/,
  ]) {
    expect(stdout).toMatch(line);
  }
  expect(stdout).toMatch(/documents +home .* skipped .*"broken" failed/);
  const some = (await world.json('history', '--kind', 'prune,check')) as { runs: readonly { kind: string }[] };
  expect([...new Set(some.runs.map(({ kind }) => kind))].toSorted()).toEqual(['check', 'prune']);
  const document = (await world.json('history', '--limit', '50')) as { runs: readonly { kind: string }[] };
  expect(problemsOf('history', document)).toEqual([]);
  expect(new Set(document.runs.map(({ kind }) => kind))).toEqual(
    new Set(['backup', 'copy', 'forget', 'prune', 'check', 'drill', 'command', 'chain']),
  );
});

test('events of every kind are in the documented shapes', async () => {
  const { stdout } = await world.umbra('run', 'nightly', '--json');
  const events = stdout
    .trimEnd()
    .split('\n')
    .map((line): unknown => JSON.parse(line));
  expect(events.flatMap((event) => problemsOf('event', event))).toEqual([]);
});

test('status: what saves is protected by the check of its repository; what does not has no protection', async () => {
  expect((await world.umbra('run', 'broken')).code).toBe(1);
  const document = await world.json('status');
  expect(problemsOf('status', document)).toEqual([]);
  const { jobs } = document as { jobs: readonly { job: string; protection: string | null; standing: string }[] };
  const standings = Object.fromEntries(jobs.map(({ job, protection, standing }) => [job, [protection, standing]]));
  expect(standings).toMatchObject({
    documents: ['protected', 'good'],
    mirror: ['protected', 'good'],
    tidy: [null, 'good'],
    dump: [null, 'good'],
    broken: [null, 'bad'],
    nightly: [null, 'good'],
  });
  const { code, stdout } = await world.umbra('status', '--check');
  expect(code).toBe(21);
  expect(stdout.split('\n')[1]).toMatch(/✘ (broken|doomed|gone)/);
});

test('job list says what each does, and what makes it run', async () => {
  const { stdout } = await world.umbra('job', 'list');
  expect(stdout).toMatch(/mirror +copy +from home +other +manual/);
  expect(stdout).toMatch(/dump +command +true +in nightly/);
  const document = await world.json('job', 'list');
  expect(problemsOf('jobs', document)).toEqual([]);
});

test('a search counts the snapshots of all repositories, in words as in its document', async () => {
  const { paths } = (await world.json('find', 'a.txt')) as {
    readonly paths: readonly { readonly versions: readonly { readonly snapshots: readonly object[] }[] }[];
  };
  const [holders = []] = paths.flatMap(({ versions }) => versions.map(({ snapshots }) => snapshots));
  expect(new Set(holders.map((holder) => 'repository' in holder && holder.repository)).size).toBe(2);
  expect((await world.umbra('find', 'a.txt')).stdout).toContain(` (${holders.length} snapshots) `);
});

test('what a repository has lost is brought back from the one that has copies, and a copy tells how far it is', async () => {
  const { jobs } = (await world.json('status', 'mirror')) as { jobs: readonly { behind: unknown }[] };
  expect(jobs).toMatchObject([{ behind: { snapshots: expect.any(Number) } }]);
  world.write('more.txt', 'what the next copy brings');
  await world.umbra('run', 'documents');
  await world.umbra('run', 'mirror');
  const copies = (await world.json('history', 'mirror', '--limit', '1')) as object;
  expect(problemsOf('history', copies)).toEqual([]);
  expect(copies).toMatchObject({ runs: [{ verify: { level: 'metadata', ok: true, check: { read: { packs: 2 } } } }] });
  const behind = { snapshots: 0, since: null };
  expect(await world.json('status', 'mirror')).toMatchObject({ jobs: [{ behind, protection: 'protected' }] });
  const data = join(world.repository, 'data');
  const packs = readdirSync(data, { recursive: true, encoding: 'utf8' }).map((name) => join(data, name));
  for (const pack of packs.filter((name) => statSync(name).isFile())) rmSync(pack);
  expect((await world.umbra('run', 'look')).code).toBe(20);
  const [found] = ((await world.json('history', 'look', '--limit', '1')) as { runs: readonly { id: string }[] }).runs;
  const { stdout: shown } = await world.umbra('show', found?.id ?? '');
  const mend = 'mended: umbra repo repair home --read all --from other';
  expect(shown.split('umbra repo repair')).toHaveLength(2);
  expect(shown).toContain(mend);
  const read = await world.umbra('dump', 'documents@latest:more.txt');
  expect([read.code, read.stderr]).toEqual([
    20,
    expect.stringContaining('mend it: umbra repo repair home --read all --from other'),
  ]);
  expect((await world.umbra('repo', 'show', 'home')).code).toBe(20);
  const itself = await world.umbra('repo', 'repair', 'home', '--from', 'home');
  expect([itself.code, itself.stderr]).toEqual([2, expect.stringContaining('from itself')]);
  const document = await world.json('repo', 'repair', 'home', '--from', 'other', '-y');
  expect(problemsOf('repair', document)).toEqual([]);
  const bring = { type: 'bring', from: 'other', lost: [] };
  expect(document).toMatchObject({ sound: true, steps: [{ type: 'index' }, bring], next: null });
  expect((await world.umbra('repo', 'show', 'home')).code).toBe(0);
  const known = await world.json('verify', '--status', 'home');
  expect(known).toMatchObject({ repositories: [{ damagedAt: null, coverage: { unreadBytes: 0 } }] });
  expect((await world.umbra('verify', 'home', '--read', 'all')).code).toBe(0);
});
