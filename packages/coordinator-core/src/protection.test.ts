import { assert, boolean, constantFrom, integer, option, property, record, tuple, type Arbitrary } from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isTerminal, type AttemptRecord, type RunRecord, type RunState } from '@umbracore/contracts';
import { aCalendar, aCopyJob, aDrillReport, aJob, aPlan, aPruneJob, aRun } from '@umbracore/testkit';
import { countsAsSuccess, judge, type ProtectionFacts } from './protection.ts';

const hour = 3_600_000;
const day = 24 * hour;
const now = 1_000 * day;

/** Due every `everyMs`, from the beginning of time. */
const calendar = aCalendar({
  next: ({ recurrence }, after) =>
    recurrence.type === 'interval'
      ? slot((Math.floor(after / recurrence.everyMs) + 1) * recurrence.everyMs)
      : undefined,
  previous: ({ recurrence }, at) =>
    recurrence.type === 'interval' ? slot(Math.floor(at / recurrence.everyMs) * recurrence.everyMs) : undefined,
});
const slot = (at: number) => ({ at, fold: 0, key: String(at) }) as const;

const run = (state: RunState, ageHours: number, change: Partial<RunRecord> = {}): RunRecord => {
  const at = now - ageHours * hour;
  return aRun({ id: 'r-1', state, queuedAt: at, startedAt: at, finishedAt: at, snapshot: 'abc', ...change });
};

const every = (everyMs: number) => [{ recurrence: { type: 'interval', everyMs }, zone: 'UTC', text: 'every' }] as const;
const good = run('succeeded', 1);

interface Given extends Partial<Omit<ProtectionFacts, 'rhythm'>> {
  /** Undefined means every day, 0 by hand. */
  readonly everyMs?: number;
}

function factsOf({ everyMs = day, ...given }: Given): ProtectionFacts {
  const job = given.job ?? aJob();
  const { lastAttempt } = given;
  return {
    repository: 'main',
    rhythm: { schedules: everyMs === 0 ? [] : every(everyMs), atLeastEveryMs: undefined },
    lastSuccess: undefined,
    lastAttempt: undefined,
    lastEnded: lastAttempt !== undefined && isTerminal(lastAttempt.state) ? lastAttempt : undefined,
    lastPassedOver: undefined,
    wantedSince: undefined,
    leftBehind: false,
    owedSince: undefined,
    provenAt: undefined,
    unprovenSince: undefined,
    damage: undefined,
    mend: undefined,
    drills: { proof: undefined, failed: undefined },
    ...given,
    job,
  };
}

const verdict = (given: Given): string => {
  const { protection, standing, stale, reasons } = judge(factsOf(given), calendar, now);
  return `${protection ?? 'none'}, ${standing}${stale ? ', stale' : ''}: ${reasons.map(({ code, text }) => `${code} (${text})`).join(', ')}`;
};

const error = { code: 'source.missing', message: 'no network', hint: null, exitCode: 1 } as const;
const attempt: AttemptRecord = { number: 1, startedAt: 0, finishedAt: 1, outcome: 'failed', error };
const tries: readonly AttemptRecord[] = [
  attempt,
  { ...attempt, number: 2, finishedAt: null, outcome: null, error: null },
];

const well: Given = { lastSuccess: good, lastAttempt: good, provenAt: now - hour };
const withLast = (lastAttempt: RunRecord): Given => ({ ...well, lastSuccess: run('succeeded', 20), lastAttempt });

describe('a backup', () => {
  test.each<[string, Given, string]>([
    ['recent and proven', well, 'protected, good: '],
    ['that never ran', {}, 'unprotected, attention: never-ran (never ran)'],
    [
      'that only failed',
      { lastAttempt: run('failed', 1) },
      'unprotected, bad: failing (the last run failed), never-succeeded (never succeeded)',
    ],
    [
      'whose first run goes on',
      { lastAttempt: run('running', 1) },
      'unprotected, attention: first-run (its first run is not finished)',
    ],
    ['never verified', { ...well, provenAt: undefined }, 'unproven, attention: never-verified (never verified)'],
    [
      'verified long ago',
      { ...well, provenAt: now - 31 * day, unprovenSince: now - 31 * day },
      'unproven, attention: proof-old (last verified 31 days ago)',
    ],
    [
      'saved for months and never verified',
      { ...well, provenAt: undefined, unprovenSince: now - 91 * day },
      'at-risk, attention: long-unproven (not verified for 91 days)',
    ],
    ['that failed after a success', withLast(run('failed', 1)), 'at-risk, bad: failing (the last run failed)'],
    [
      'left behind',
      { ...withLast(run('running', 1)), leftBehind: true },
      'at-risk, attention: interrupted (its process died; the next run carries it on)',
    ],
    ['that runs', withLast(run('running', 1)), 'protected, good: '],
    [
      'that waits for its next try',
      withLast(run('retrying', 1, { attempts: tries })),
      'at-risk, attention: retrying (attempt 1 failed: no network)',
    ],
    [
      'that tries once more',
      withLast(run('running', 1, { attempts: tries })),
      'at-risk, attention: retrying (attempt 1 failed: no network)',
    ],
    [
      'whose first run waits for its next try',
      { lastAttempt: run('retrying', 1, { attempts: tries }) },
      'unprotected, attention: retrying (attempt 1 failed: no network), first-run (its first run is not finished)',
    ],
    [
      'that failed and is under way again',
      { ...withLast(run('running', 1)), lastEnded: run('failed', 5) },
      'at-risk, bad: failing (the last run failed)',
    ],
    [
      'that was cancelled and is under way again',
      { ...withLast(run('running', 1)), lastEnded: run('cancelled', 5) },
      'protected, good: ',
    ],
    [
      'that has failed for days and never succeeded',
      { lastAttempt: run('failed', 1), wantedSince: now - 3 * day },
      'unprotected, bad, stale: failing (the last run failed), stale (never succeeded)',
    ],
    ['cancelled', withLast(run('cancelled', 1)), 'at-risk, attention: cancelled (the last run was cancelled)'],
    [
      'with unreadable files',
      withLast(run('warning', 1, { unreadableCount: 2 })),
      'at-risk, attention: warning (2 unreadable files)',
    ],
    [
      'of a source that is suddenly empty, with an unreadable file',
      withLast(run('warning', 1, { unreadableCount: 1, suspicions: ['the source is empty'] })),
      'at-risk, attention: warning (1 unreadable file), suspicious (the source is empty)',
    ],
    [
      'with another warning',
      withLast(run('warning', 1)),
      'at-risk, attention: warning (the last run ended with a warning)',
    ],
    [
      'in a repository that was found damaged by hand',
      { ...well, mend: 'umbra repo repair main' },
      'at-risk, bad: damaged (a check of the repository found damage)',
    ],
    [
      'in a damaged repository',
      { ...well, damage: run('failed', 1) },
      'at-risk, bad: damaged (the last check of the repository found damage)',
    ],
    [
      'of which a file did not come back',
      {
        ...well,
        drills: { proof: undefined, failed: run('failed', 1, { report: aDrillReport({ failureCount: 2 }) }) },
      },
      'at-risk, bad: not-restorable (2 files did not come back as saved in the last drill)',
    ],
    [
      'that a drill could not read',
      { ...well, drills: { proof: undefined, failed: run('failed', 1, { error }) } },
      'at-risk, bad: not-restorable (the last drill failed: no network)',
    ],
    [
      'missed since its last success',
      {
        ...well,
        lastSuccess: run('succeeded', 20),
        lastAttempt: run('succeeded', 20),
        lastPassedOver: run('missed', 2, { slotAt: now - 3 * hour }),
      },
      'at-risk, attention: missed (the last run was missed)',
    ],
    [
      'skipped since its last success, with the reason',
      {
        ...well,
        lastSuccess: run('succeeded', 20),
        lastAttempt: run('succeeded', 20),
        lastPassedOver: run('skipped', 2, { because: { code: 'condition', text: 'on battery', alsoStandsFor: null } }),
      },
      'at-risk, attention: skipped (the last run was skipped: on battery)',
    ],
    ['skipped before its last success', { ...well, lastPassedOver: run('skipped', 2) }, 'protected, good: '],
    [
      'skipped because it runs',
      { ...withLast(run('running', 3)), lastPassedOver: run('skipped', 2) },
      'protected, good: ',
    ],
    ['due for a while', { ...well, owedSince: now - 59 * 60_000 }, 'protected, good: '],
    [
      'due for long',
      { ...well, owedSince: now - 61 * 60_000 },
      'at-risk, attention: late (it is due, and has not started)',
    ],
    [
      'disabled',
      { ...well, job: aJob({ enabled: false }), lastAttempt: run('failed', 1), lastSuccess: run('succeeded', 9999) },
      'unprotected, good: disabled (disabled: it does not run by itself)',
    ],
  ])('%s', (_name, given, expected) => expect(verdict(given)).toBe(expected));

  const aged = (hours: number): Given => ({
    ...well,
    lastSuccess: run('succeeded', hours),
    lastAttempt: run('succeeded', hours),
  });
  test.each<[string, Given, boolean]>([
    ['after 35 h of a daily job', aged(35), false],
    ['after 37 h of a daily job', aged(37), true],
    ['after 23 h of an hourly job', { ...aged(23), everyMs: hour }, false],
    ['after 25 h of an hourly job', { ...aged(25), everyMs: hour }, true],
    [
      'after 25 h of an hourly job that may be a week old',
      { ...aged(25), everyMs: hour, job: aJob({ staleAfterMs: 7 * day }) },
      false,
    ],
    ['after 3 h of a daily job that may be 2 h old', { ...aged(3), job: aJob({ staleAfterMs: 2 * hour }) }, true],
    ['of a job by hand', { ...aged(9999), everyMs: 0 }, false],
    ['of a job by hand that may be a day old', { ...aged(25), everyMs: 0, job: aJob({ staleAfterMs: day }) }, true],
  ])('stale %s: %#', (_name, given, expected) => {
    const { stale, protection, standing } = judge(factsOf(given), calendar, now);
    expect([stale, protection, standing]).toEqual(
      expected ? [true, 'unprotected', 'bad'] : [false, 'protected', 'good'],
    );
  });

  test('a failure is told before the age: it says more', () => {
    const failing = { ...aged(99), lastAttempt: run('failed', 1) };
    expect(judge(factsOf(failing), calendar, now).reasons.map(({ code }) => code)).toEqual(['failing', 'stale']);
  });
});

const prune = aPruneJob();
const copy = aCopyJob();

test.each<[string, Given, string]>([
  ['prunes and is well', { job: prune, lastSuccess: good, lastAttempt: good }, 'none, good: '],
  ['prunes and never ran', { job: prune }, 'none, good: no-result (has not run yet)'],
  [
    'prunes for the first time',
    { job: prune, lastAttempt: run('running', 0) },
    'none, good: no-result (its first run is not finished)',
  ],
  [
    'prunes, never succeeded and waits for its next try',
    { job: prune, lastAttempt: run('retrying', 0, { attempts: tries }) },
    'none, attention: retrying (attempt 1 failed: no network), no-result (its first run is not finished)',
  ],
  [
    'prunes and failed',
    { job: prune, lastSuccess: good, lastAttempt: run('failed', 0) },
    'none, bad: failing (the last run failed)',
  ],
  [
    'prunes and is stale',
    { job: prune, lastSuccess: run('succeeded', 37) },
    'none, bad, stale: stale (no success for longer than its schedule allows)',
  ],
  [
    'copies, and nobody read the copies',
    { job: copy, lastSuccess: good, lastAttempt: good },
    'unproven, attention: never-verified (never verified)',
  ],
  ['copies, and the copies were read', { ...well, job: copy }, 'protected, good: '],
  ['copies and never did', { job: copy }, 'unprotected, attention: never-ran (never ran)'],
])('a job that %s', (_name, given, expected) => expect(verdict(given)).toBe(expected));

test('what proves copies is a trial in the repository where they are', () => {
  const { reasons } = judge(factsOf({ job: copy, repository: 'offsite', lastSuccess: good }), calendar, now);
  expect(reasons.map(({ remedy }) => remedy)).toEqual(['umbra verify offsite --restore-test']);
});

test.each<[string, RunRecord, boolean]>([
  ['a success', good, true],
  ['one with unreadable files', run('warning', 1, { unreadableCount: 2 }), true],
  ['one of a source that is suddenly empty', run('warning', 1, { suspicions: ['99 % of the files are gone'] }), false],
  ['a dry run', run('succeeded', 1, { plan: aPlan({ options: { dryRun: true } }) }), false],
  ['a failure', run('failed', 1), false],
])('%s counts as a success: %#', (_what, record, expected) => {
  expect(countsAsSuccess(record)).toBe(expected);
});

const states: readonly RunState[] = ['queued', 'running', 'retrying', 'succeeded', 'warning', 'failed', 'cancelled'];
const maybe = <T>(arbitrary: Arbitrary<T>) => option(arbitrary, { nil: undefined });
const runOf = (...of: readonly RunState[]) =>
  tuple(constantFrom(...of), integer({ min: 0, max: 4000 })).map(([state, age]) => run(state, age));
const anyFacts = record({
  job: record({ enabled: boolean(), staleAfterMs: maybe(integer({ min: 1, max: 9 * day })) }).map((change) =>
    aJob(change),
  ),
  everyMs: constantFrom(0, hour, day, 30 * day),
  lastSuccess: maybe(runOf('succeeded', 'warning')),
  lastAttempt: maybe(runOf(...states)),
  lastPassedOver: maybe(runOf('skipped', 'missed')),
  wantedSince: maybe(integer({ min: now - 9 * day, max: now })),
  leftBehind: boolean(),
  owedSince: maybe(integer({ min: now - 9 * day, max: now })),
  provenAt: maybe(integer({ min: now - 200 * day, max: now })),
}).map(factsOf);

test('properties: there is a reason for every judgement but a good one, and a success never makes it worse', () => {
  assert(
    property(anyFacts, (facts) => {
      const judged = judge(facts, calendar, now);
      expect(judged.reasons.length === 0).toBe(judged.protection === 'protected');
      expect(judged.stale && (judged.protection !== 'unprotected' || judged.standing !== 'bad')).toBe(false);
      const fresh = run('succeeded', 0);
      const better = judge(
        { ...facts, lastSuccess: fresh, lastAttempt: fresh, leftBehind: false, owedSince: undefined, provenAt: now },
        calendar,
        now,
      );
      expect(better.protection).toBe(facts.job.enabled ? 'protected' : 'unprotected');
    }),
  );
});
