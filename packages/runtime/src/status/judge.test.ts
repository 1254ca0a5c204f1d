import { expect, test } from 'vitest';
import type { BackupJobDefinition, Lease, RunRecord, RunState } from '@umbracore/contracts';
import { aCalendar, aJob, aRun } from '@umbracore/testkit';
import { isLeftBehind } from './left-behind.ts';
import { countsAsSuccess, judge, type JobFacts } from './judge.ts';

const hour = 3_600_000;
const now = 1_000 * 24 * hour;

/** Due every `everyMs`, from the beginning of time. */
const every = aCalendar({
  next: ({ recurrence }, after) => {
    if (recurrence.type !== 'interval') return undefined;
    const at = (Math.floor(after / recurrence.everyMs) + 1) * recurrence.everyMs;
    return { at, fold: 0, key: String(at) };
  },
});

const job = (everyMs?: number, enabled = true): BackupJobDefinition =>
  aJob({
    enabled,
    schedules: everyMs === undefined ? [] : [{ recurrence: { type: 'interval', everyMs }, zone: 'UTC', text: 'every' }],
  });

const run = (state: RunState, ageHours: number, change: Partial<RunRecord> = {}): RunRecord => {
  const at = now - ageHours * hour;
  return aRun({ id: 'r-1', state, queuedAt: at, startedAt: at, finishedAt: at, snapshot: 'abc', ...change });
};

const standing = (facts: Partial<JobFacts>): string => {
  const base = {
    job: job(24 * hour),
    repository: 'main',
    lastSuccess: undefined,
    lastAttempt: undefined,
    lastVerified: undefined,
  };
  const status = judge({ ...base, leftBehind: false, next: undefined, ...facts }, every, now);
  return `${status.standing}${status.stale ? ' stale' : ''}: ${status.reason ?? ''}`;
};

const good = run('succeeded', 1);

test.each<[string, Partial<JobFacts>, string]>([
  ['never ran', {}, 'attention: never ran'],
  ['recent and verified', { lastSuccess: good, lastAttempt: good, lastVerified: good }, 'good: '],
  ['recent, never verified', { lastSuccess: good, lastAttempt: good }, 'attention: never verified'],
  [
    'a failure after a success',
    { lastSuccess: run('succeeded', 2), lastAttempt: run('failed', 1), lastVerified: good },
    'bad: the last run failed',
  ],
  [
    'a success too long ago',
    { lastSuccess: run('succeeded', 37), lastAttempt: run('succeeded', 37), lastVerified: good },
    'bad stale: no success for longer than its schedule allows',
  ],
  [
    'a success long ago but in time',
    { lastSuccess: run('succeeded', 35), lastAttempt: run('succeeded', 35), lastVerified: good },
    'good: ',
  ],
  [
    'a manual job is never stale',
    { job: job(), lastSuccess: run('succeeded', 9999), lastAttempt: good, lastVerified: good },
    'good: ',
  ],
  [
    'a disabled job is never stale',
    { job: job(hour, false), lastSuccess: run('succeeded', 9999), lastAttempt: good, lastVerified: good },
    'good: ',
  ],
  [
    'an hourly job has a day',
    { job: job(hour), lastSuccess: run('succeeded', 23), lastAttempt: good, lastVerified: good },
    'good: ',
  ],
  [
    'unreadable files',
    { lastSuccess: good, lastAttempt: run('warning', 1, { unreadableCount: 2 }), lastVerified: good },
    'attention: 2 unreadable files',
  ],
  [
    'left behind',
    { lastSuccess: good, lastAttempt: run('running', 1), lastVerified: good, leftBehind: true },
    'attention: its process died; the next run carries it on',
  ],
  ['the first one under way', { lastAttempt: run('running', 1) }, 'attention: its first backup is not finished'],
])('%s', (_name, facts, expected) => expect(standing(facts)).toBe(expected));

test('whether anybody works on a run', () => {
  const lease: Lease = {
    run: 'r-1',
    owner: { pid: process.pid, startTime: '1', bootId: 'another', host: 'h' },
    fence: 1,
    until: now + 1000,
  };
  expect(isLeftBehind(run('running', 1), lease, now)).toBe(false);
  expect(isLeftBehind(run('running', 1), { ...lease, until: now }, now)).toBe(true);
  expect(isLeftBehind(run('queued', 1), undefined, now)).toBe(true);
  expect(isLeftBehind(run('queued', 0), undefined, now)).toBe(false);
  expect(isLeftBehind(run('retrying', 1), undefined, now)).toBe(false);
});

test.each<[string, RunRecord, boolean]>([
  ['a success', run('succeeded', 1), true],
  ['one with unreadable files', run('warning', 1, { unreadableCount: 2 }), true],
  ['one of a source that is suddenly empty', run('warning', 1, { suspicions: ['99 % of the files are gone'] }), false],
  ['a dry run', run('succeeded', 1, { plan: { ...good.plan, options: { dryRun: true } } }), false],
  ['a failure', run('failed', 1), false],
])('%s counts as a success: %#', (_what, record, expected) => {
  expect(countsAsSuccess(record)).toBe(expected);
});
