import { writeFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openHistory } from '@umbracore/runtime/history';
import { problemsOf } from './support/conforms.ts';
import { NearWorld } from './support/near-world.ts';
import type { World } from './support/world.ts';

const hour = 3_600_000;

let world: World;
beforeAll(() => {
  world = new NearWorld();
  world.write('a.txt', 'content');
});
afterAll(() => world[Symbol.dispose]());

/** Jobs with these lines, each an hourly one without retries, as if nobody had looked after them for so many hours. */
async function owing(hours: number, jobs: Readonly<Record<string, string>>): Promise<void> {
  const texts = Object.entries(jobs).map(([id, lines]) => `  ${id}: { retry: { type: none }, ${lines} }\n`);
  const repository = `repositories: { home: { url: ${world.repository}, password: 'file:${world.at('password')}' } }\n`;
  writeFileSync(world.config, `timezone: UTC\n${repository}jobs:\n${texts.join('')}`);
  await using history = await openHistory({
    env: world.env,
    cwd: world.folder,
    home: world.env['HOME'] ?? '',
    configFile: world.config,
    logLevel: 'silent',
  });
  const cursors = await history.store.cursors();
  const until = Math.floor(Date.now() / hour) * hour - hours * hour;
  const accountings = Object.keys(jobs).map((job) => ({ job, from: cursors.get(job), until, runs: [] }));
  expect(await history.store.account(accountings)).not.toContain(undefined);
}

const hourly = 'schedule: hourly';

test('what was missed is run once, and what was not has its record with the reason', async () => {
  await owing(4, { dump: `command: ['true'], ${hourly}` });
  const status = (await world.json('status')) as { jobs: readonly { reasons: readonly { code: string }[] }[] };
  expect(status.jobs[0]?.reasons.map(({ code }) => code)).toEqual(['no-result']);
  expect((await world.umbra('status')).stdout).toContain('due now');
  expect((await world.umbra('explain', 'dump')).stdout).toMatch(/dump {2}now: starts\n/);
  const { code, stdout } = await world.umbra('run', '--due');
  expect(code).toBe(0);
  expect(stdout).toMatch(/dump {2}missed: Nobody was there to start it.* \(and 2 earlier\)/);
  expect(stdout).toMatch(/✔ dump {2}exit 0/);
  expect((await world.umbra('history', 'dump')).stdout).toMatch(/missed +— .*\(and 2 earlier\)/);
  const document = await world.json('history', 'dump');
  expect(problemsOf('history', document)).toEqual([]);
  const { runs } = document as { runs: readonly { outcome: string; because: unknown }[] };
  expect(Object.fromEntries(runs.map(({ outcome, because }) => [outcome, because]))).toMatchObject({
    succeeded: null,
    missed: { code: 'catch-up', alsoStandsFor: { count: 2 } },
  });
  const again = await world.umbra('run', '--due');
  expect([again.code, again.stderr]).toEqual([0, 'Nothing is due.\n']);
});

test('a condition that is not met skips a run: exit code 5, by --due and by name', async () => {
  const conditions = `conditions: { mounted: ${world.at('nowhere')}, otherwise: skip }`;
  await owing(2, { picky: `command: ['true'], ${hourly}, ${conditions}` });
  const due = await world.umbra('run', '--due');
  expect([due.code, due.stdout]).toEqual([5, expect.stringMatching(/picky {2}skipped: mounted: .*nowhere/)]);
  const named = await world.umbra('run', 'picky');
  expect([named.code, named.stdout]).toEqual([5, '']);
  expect(named.stderr).toContain('--ignore-conditions');
  const regardless = await world.umbra('run', 'picky', '--ignore-conditions');
  expect([regardless.code, regardless.stdout]).toEqual([0, expect.stringContaining('✔ picky  exit 0')]);
  expect((await world.umbra('history', 'picky')).stdout).toMatch(/skipped .*mounted: /);
});

test('a condition that is waited for: nothing starts, and everybody says why', async () => {
  const folder = world.at('comes-later');
  await owing(2, { patient: `command: ['true'], ${hourly}, conditions: { command: [test, -d, ${folder}] }` });
  const due = await world.umbra('run', '--due');
  expect([due.code, due.stderr]).toEqual([0, expect.stringContaining('Waiting: patient; see umbra explain JOB.')]);
  const explained = await world.umbra('explain', 'patient');
  expect(explained.code).toBe(5);
  expect(explained.stdout).toMatch(/✘ condition {2}command: /);
  expect(explained.stdout).toContain('Starts within a minute of its conditions being met.');
  const document: unknown = JSON.parse((await world.umbra('explain', 'patient', '--json')).stdout);
  expect(problemsOf('explain', document)).toEqual([]);
  expect(document).toMatchObject({ job: 'patient', repository: null, verdict: 'wait', until: null });
  expect((await world.umbra('show', 'patient')).stdout).toContain('umbra explain patient says for what');
  world.makeFolder('comes-later');
  expect((await world.umbra('run', '--due')).stdout).toContain('✔ patient  exit 0');
});

test('a job after another one runs in the same call, and explain says whom it waits for', async () => {
  await owing(2, { first: `command: ['true'], ${hourly}`, second: `command: ['true'], after: first` });
  const waits = await world.umbra('explain', 'second');
  expect([waits.code, waits.stdout]).toEqual([
    0,
    expect.stringMatching(/^second {2}now: not due\n[^]*– after +It is due after "first"/),
  ]);
  await world.umbra('run', '--due');
  await world.umbra('run', '--due');
  expect((await world.umbra('history', 'second', '--plain')).stdout).toContain('\tok\t');
});

test('outside of its window a job waits for the next one', async () => {
  const closed = new Date(Date.now() + 12 * hour).toISOString().slice(11, 13);
  const window = `${closed}:00-${closed}:30`;
  await owing(2, { nightly: `sources: ${world.source}, schedule: { frequency: hourly, window: '${window}' }` });
  expect((await world.umbra('run', '--due')).code).toBe(0);
  expect((await world.umbra('history', 'nightly')).stdout).not.toContain('✔');
  const { code, stdout } = await world.umbra('explain', 'nightly');
  expect([code, stdout]).toEqual([0, expect.stringMatching(/Starts .*:\d0\. Run regardless: umbra run nightly\n/)]);
});

test('explain goes by the start that comes first, and knows of jitter and of windows that never open', async () => {
  const night = 'frequency: daily, preferredTime';
  await owing(0, {
    two: `command: ['true'], schedule: [{ ${night}: '00:00', window: '06:00-07:00' }, daily at 03:00]`,
    late: `command: ['true'], schedule: { ${night}: '02:00', jitter: 5h }`,
    never: `command: ['true'], schedule: { ${night}: '02:00', window: 2020-01-01 }`,
  });
  const ask = async (job: string, time: string): Promise<string> =>
    (await world.umbra('explain', job, '--at', `2100-01-05T${time}:00`)).stdout;
  expect(await ask('two', '23:30')).toMatch(/The next run is due .*6 Jan 2100.* 03:00/);
  expect(await ask('late', '02:00')).toMatch(/The run of .* 02:00 starts .* 0[2-7]:\d\d$/m);
  expect(await ask('never', '00:00')).toMatch(/✘ window +No window of the job is open within a year/);
});

test('doctor says when nobody starts what is due', async () => {
  using fresh = new NearWorld();
  fresh.write('a.txt', 'a');
  expect((await fresh.umbra('doctor')).stdout).not.toContain('schedule');
  fresh.configure('    schedule: daily at 02:00\n');
  const alone = await fresh.umbra('doctor');
  expect([alone.code, alone.stdout]).toEqual([0, expect.stringMatching(/^! schedule +nobody starts what is due/m)]);
  expect(alone.stdout).toContain('umbra daemon install');
  expect((await fresh.umbra('run', '--due')).code).toBe(0);
  expect((await fresh.umbra('doctor')).stdout).toMatch(/^✔ schedule +what is due was looked for just now/m);
});

test('what an earlier call left at work keeps nothing that is due from starting', async () => {
  const mark = world.at('quick');
  // It ends when the other one has begun, and never without it.
  const slow = `command: [sh, -c, 'until test -e ${mark}; do sleep 0.1; done']`;
  const quick = `command: [touch, ${mark}], ${hourly}`;
  await owing(0, { slow: `${slow}, ${hourly}`, quick });
  const earlier = world.start(['run', 'slow']);
  const isUnderWay = async (): Promise<boolean> => (await world.history({ job: 'slow' }))[0]?.state === 'running';
  await expect.poll(isUnderWay, { timeout: 60_000 }).toBe(true);
  earlier.child.kill('SIGKILL');
  await earlier.ended;
  await owing(2, { slow: `${slow}, schedule: daily`, quick });
  expect((await world.umbra('run', '--due')).code).toBe(0);
  for (const job of ['quick', 'slow'])
    expect((await world.history({ job })).map(({ outcome }) => outcome)).toContain('succeeded');
}, 60_000);
