import { describe, expect, test } from 'vitest';
import type { BackupJobDefinition, JobDefinition } from '@umbracore/contracts';
import { aChain, aForgetJob, aJob } from '@umbracore/testkit';
import { daily, every } from '../../test/interval-calendar.ts';
import { midnight, play, type Setting } from '../../test/simulated.ts';
import { seededRandom } from './seeded-random.ts';
import type { SimulatedRun } from './simulated-run.ts';

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;

const clock = (at: number | null): string =>
  at === null ? 'never' : `${at >= midnight + day ? '+' : ''}${new Date(at).toISOString().slice(11, 16)}`;
const told = ({ job, startedAt, finishedAt, outcome, because }: SimulatedRun): string =>
  startedAt === null
    ? `${job} ${outcome ?? 'waits'}${because === null ? '' : ` ${because.code}`}`
    : `${job} ${clock(startedAt)}-${clock(finishedAt)}${outcome === 'succeeded' ? '' : ` ${outcome}`}`;
const story = (jobs: readonly JobDefinition[], setting: Setting = {}): readonly string[] =>
  play(jobs, setting).runs.map(told);

const backup = (id: string, everyMs: number, rest: Partial<BackupJobDefinition> = {}): BackupJobDefinition =>
  aJob({ id, schedules: everyMs === 0 ? [] : [every(everyMs)], ...rest });

describe('who starts when', () => {
  test('two that want one repository at the same time: the second waits, and says for whom', () => {
    const { runs } = play([backup('a', day), backup('b', day)]);
    expect(runs.map(told)).toEqual(['a 00:00-00:10', 'b 00:10-00:20']);
    expect(runs.map(({ held }) => held)).toEqual([
      null,
      { code: 'resource', text: 'repository:main has room for 1', by: ['s-1'] },
    ]);
  });

  test('with room for both they start together', () => {
    const room = { 'repository:main': 2 };
    expect(story([backup('a', day), backup('b', day)], { room })).toEqual(['a 00:00-00:10', 'b 00:00-00:10']);
    expect(story([backup('a', day), backup('b', day)], { room, concurrency: 1 })).toEqual([
      'a 00:00-00:10',
      'b 00:10-00:20',
    ]);
  });

  test('one that wants all of a repository lets nobody pass it for ever', () => {
    const jobs = [
      backup('a', 15 * minute),
      aForgetJob({ id: 'tidy', schedules: [every(day)] }),
      backup('b', 15 * minute),
    ];
    const runs = story(jobs, { hours: 1, room: { 'repository:main': 2 }, courses: { a: 14, b: 14, tidy: 5 } });
    expect(runs).toContain('tidy 00:14-00:19');
  });

  test('a job with two repositories has a run for each', () => {
    const two = backup('a', day, { repositories: ['main', 'other'] });
    expect(story([two])).toEqual(['a 00:00-00:10', 'a 00:00-00:10']);
  });

  test.each<[BackupJobDefinition['overlap'], readonly string[]]>([
    ['queue', ['a 00:00-01:10', 'a 01:10-02:20', 'a 02:20-+03:30']],
    ['skip', ['a 00:00-01:10', 'a skipped overlap', 'a 02:00-03:10']],
    ['cancel', ['a 00:00-01:00 cancelled', 'a 01:00-02:00 cancelled', 'a 02:00-03:10']],
  ])('while it runs longer than its interval, the rule %s', (overlap, expected) => {
    const runs = story([backup('a', hour, { overlap })], { hours: 3, courses: { a: 70 } });
    expect(runs.map((line) => line.replace('+', ''))).toEqual(expected.map((line) => line.replace('+', '')));
  });

  test('of several that wait only the newest is wanted', () => {
    expect(story([backup('a', hour)], { hours: 4, courses: { a: 150 } })).toEqual([
      'a 00:00-02:30',
      'a skipped superseded',
      'a 02:30-05:00',
      'a 05:00-07:30',
    ]);
  });

  test('a window: the slot moves to its opening, and one that comes again in it is given up', () => {
    const windows = [daily(1, 6)];
    expect(story([aJob({ id: 'a', schedules: [every(day, { windows })] })])).toEqual(['a 01:00-01:10']);
    const often = [aJob({ id: 'a', schedules: [every(4 * hour, { windows })] })];
    expect(story(often, { hours: 12 })).toEqual(['a missed window', 'a 04:00-04:10', 'a missed window']);
  });

  test('jitter', () => {
    const { runs } = play([aJob({ id: 'a', schedules: [every(day, { jitterMs: 7 * minute })] })]);
    expect(runs.map(({ slotAt, readyAt, startedAt }) => [slotAt, readyAt, startedAt].map(clock))).toEqual([
      ['00:00', '00:07', '00:07'],
    ]);
  });

  test('one that runs longer than it may is ended, and has failed', () => {
    const jobs = [backup('a', day, { maxRuntimeMs: 5 * minute })];
    expect(story(jobs)).toEqual(['a 00:00-00:05 failed']);
  });

  test('what is disabled, or has no schedule, does nothing', () => {
    expect(story([backup('a', hour, { enabled: false }), backup('b', 0)])).toEqual([]);
  });
});

describe('what follows from something else', () => {
  const after = (job: string, on: 'success' | 'failure', withinMs?: number) => ({ after: [{ job, on, withinMs }] });

  test('a job after another one, by how that ended', () => {
    const jobs = [backup('a', day), backup('b', 0, after('a', 'success')), backup('c', 0, after('a', 'failure'))];
    expect(story(jobs)).toEqual(['a 00:00-00:10', 'b 00:10-00:20']);
    expect(story(jobs, { courses: { a: [10, 'failed'] } })).toEqual(['a 00:00-00:10 failed', 'c 00:10-00:20']);
  });

  test('one that comes too late after it is missed', () => {
    const jobs = [backup('a', day), backup('long', day), backup('b', 0, after('a', 'success', 30 * minute))];
    expect(story(jobs, { courses: { long: 60 } })).toEqual(['a 00:00-00:10', 'long 00:10-01:10', 'b missed after']);
  });

  test('at least every so often: counted from the end of the last good run, whoever asked for it', () => {
    const jobs = [backup('a', 0, { atLeastEveryMs: 7 * hour })];
    expect(story(jobs, { lastGoodAt: midnight - hour })).toEqual(['a 06:00-06:10', 'a 13:10-13:20', 'a 20:20-20:30']);
    expect(story([backup('a', 6 * hour, { atLeastEveryMs: 7 * hour })], { lastGoodAt: midnight - hour })).toHaveLength(
      4,
    );
  });

  test('a try that failed is not repeated at once, but so long after it', () => {
    const jobs = [backup('a', 0, { atLeastEveryMs: 7 * hour })];
    expect(story(jobs, { lastGoodAt: midnight - 6 * hour, courses: { a: [10, 'failed'] } })).toEqual([
      'a 01:00-01:10 failed',
      'a 08:00-08:10 failed',
      'a 15:00-15:10 failed',
      'a 22:00-22:10 failed',
    ]);
  });

  const chain = aChain(['a -> b', 'a -> c', 'b -> d', 'c -> d', 'a -failure-> cry'], {}, { schedules: [every(day)] });
  const steps = ['a', 'b', 'c', 'd', 'cry'].map((id) => backup(id, 0, { repositories: [id] }));

  test('a chain: in the order of its graph, side by side where there is room', () => {
    expect(story([chain, ...steps], { courses: { c: 20 } })).toEqual([
      'nightly 00:00-00:40',
      'a 00:00-00:10',
      'cry skipped chain',
      'b 00:10-00:20',
      'c 00:10-00:30',
      'd 00:30-00:40',
    ]);
  });

  test('a chain that fails, and the branch that answers', () => {
    expect(story([chain, ...steps], { courses: { a: [10, 'failed'] } })).toEqual([
      'nightly 00:00-00:20 warning',
      'a 00:00-00:10 failed',
      'b skipped chain',
      'c skipped chain',
      'd skipped chain',
      'cry 00:10-00:20',
    ]);
  });

  test('a chain in a chain, a bracket, and a deadline', () => {
    const inner = aChain(['x'], {}, { id: 'inner' });
    const outer = aChain(
      ['mount -> inner', 'mount -> late'],
      { umount: { closes: 'mount' }, late: { deadlineMs: minute } },
      { schedules: [every(day)] },
    );
    const jobs = [outer, inner, ...['mount', 'umount', 'x', 'late'].map((id) => backup(id, 0, { repositories: [id] }))];
    expect(story(jobs)).toEqual([
      'nightly 00:00-00:30 warning',
      'mount 00:00-00:10',
      'late missed chain',
      'inner 00:10-00:20',
      'x 00:10-00:20',
      'umount 00:20-00:30',
    ]);
  });
});

test('seeded numbers are the same every time, and spread', () => {
  const draw = (seed: number) => Array.from({ length: 1000 }, seededRandom(seed));
  expect(draw(7)).toEqual(draw(7));
  expect(draw(7)).not.toEqual(draw(8));
  expect(draw(7).slice(0, 2)).toEqual([expect.closeTo(0.011_704_753, 9), expect.closeTo(0.061_958_258, 9)]);
  expect(draw(7).filter((number) => number < 0.5).length).toBeGreaterThan(400);
  expect(draw(7).every((number) => number >= 0 && number < 1)).toBe(true);
});
