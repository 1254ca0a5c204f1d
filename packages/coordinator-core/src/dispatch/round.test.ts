import type { BackupJobDefinition, RunRecord } from '@umbracore/contracts';
import { aJob, aPlan, aRepository, aRun } from '@umbracore/testkit';
import { expect, test } from 'vitest';
import { catchUp, every } from '../../test/interval-calendar.ts';
import { capacitiesOf } from './resources.ts';
import { playRound } from './round.ts';
import type { RoundEntry, RoundFacts } from './round.ts';

const now = Date.UTC(2026, 0, 5, 12);
const facts: RoundFacts = { startAt: 0, lapses: undefined, madeUpBy: undefined, chain: undefined };
const onBattery = [{ rule: { kind: 'power', options: {} }, met: false, text: 'on battery' }];

/** A queued run of a slot so many seconds ago that nobody works on; its job and repository have the same name. */
function entry(id: string, job: string, secondsAgo: number, change: Partial<RunRecord> = {}): RoundEntry {
  const plan = aPlan({ job: aJob({ id: job, repositories: [job] }), repository: aRepository({ name: job }) });
  const slotAt = now - secondsAgo * 1000;
  const run = aRun({ id, plan, trigger: 'schedule', slot: `slot-${secondsAgo}`, slotAt, queuedAt: slotAt, ...change });
  return { run, pid: undefined, facts };
}

const working = (one: RoundEntry): RoundEntry => ({ run: { ...one.run, state: 'running' }, pid: 42, facts: undefined });
const but = (one: RoundEntry, change: Partial<RoundFacts>): RoundEntry => ({ ...one, facts: { ...facts, ...change } });

/** What is done, as words. */
function done(entries: readonly RoundEntry[], job: Partial<BackupJobDefinition> = {}, concurrency = 9) {
  const round = playRound({
    now,
    entries,
    jobOf: (run) => aJob({ id: run.job, repositories: [run.job], ...job }),
    capacities: capacitiesOf(new Map([['repository:wide', 2]]), concurrency),
  });
  return {
    words: [
      ...round.adopt.map(({ id }) => `adopt ${id}`),
      ...round.start.map(({ id }) => `start ${id}`),
      ...round.dismiss.map(({ run, end }) => `${end.outcome} ${run.id} ${end.because.code}`),
      ...round.cancel.map(({ run, inFavourOf }) => `cancel ${run} for ${inFavourOf}`),
      ...[...round.waiting].map(
        ([id, { verdict }]) => `${id} ${verdict.type === 'wait' ? verdict.code : verdict.type}`,
      ),
    ],
    wakeAt: round.wakeAt,
    waiting: round.waiting,
  };
}

const rule = { kind: 'power', options: {} };
const conditional = { conditions: { all: [rule], otherwise: 'wait', waitForMs: 60_000 } } as const;
const all = { schedules: [every(1000, catchUp('run-all', 2))] };

test.each<readonly [string, readonly RoundEntry[], Partial<BackupJobDefinition>, readonly string[]]>([
  ['nothing', [], {}, []],
  ['what is due', [entry('r-1', 'a', 5), entry('r-2', 'b', 4)], {}, ['start r-1', 'start r-2']],
  ['one that works', [working(entry('r-1', 'a', 5))], {}, []],
  ['one whose process died', [entry('r-1', 'a', 5, { state: 'running' })], {}, ['adopt r-1']],
  ['one that is to be cancelled', [entry('r-1', 'a', 5, { cancelRequestedAt: now })], {}, ['adopt r-1']],
  [
    'one that was asked for by somebody who died',
    [entry('r-1', 'a', 5, { slot: null, slotAt: null })],
    {},
    ['adopt r-1'],
  ],
  ['one that is looked into', [{ ...entry('r-1', 'a', 5), facts: undefined }], {}, []],
  [
    'a newer one takes its place',
    [entry('r-1', 'a', 9), entry('r-2', 'a', 5)],
    {},
    ['start r-2', 'skipped r-1 superseded'],
  ],
  [
    'so many may wait, one after the other',
    [entry('r-1', 'wide', 9), entry('r-2', 'wide', 5), entry('r-3', 'wide', 1)],
    all,
    ['start r-2', 'skipped r-1 superseded', 'r-3 blocked'],
  ],
  [
    'a node of a chain takes no place',
    [entry('r-1', 'a', 9), entry('r-2', 'a', 5, { parent: 'r-9' })],
    {},
    ['start r-1', 'r-2 blocked'],
  ],
  ['behind one that works', [working(entry('r-1', 'a', 9)), entry('r-2', 'a', 5)], {}, ['r-2 blocked']],
  [
    'skips beside it',
    [working(entry('r-1', 'a', 9)), entry('r-2', 'a', 5)],
    { overlap: 'skip' },
    ['skipped r-2 overlap'],
  ],
  [
    'cancels it',
    [working(entry('r-1', 'a', 9)), entry('r-2', 'a', 5)],
    { overlap: 'cancel' },
    ['cancel r-1 for r-2', 'r-2 cancel-other'],
  ],
  ['disabled', [entry('r-1', 'a', 5)], { enabled: false }, ['skipped r-1 enabled']],
  [
    'disabled, but it has begun',
    [entry('r-1', 'a', 5, { state: 'retrying', retryAt: now })],
    { enabled: false },
    ['start r-1'],
  ],
  ['jitter holds it', [but(entry('r-1', 'a', 5), { startAt: now + 7 })], {}, ['r-1 due']],
  [
    'its window is closed',
    [but(entry('r-1', 'a', 5), { opening: { from: now + 9, to: now + 99 } })],
    {},
    ['r-1 window'],
  ],
  ['its window never opens', [but(entry('r-1', 'a', 5), { opening: null })], {}, ['missed r-1 window']],
  ['too late', [but(entry('r-1', 'a', 5), { lapses: { at: now - 1, code: 'catch-up' } })], {}, ['missed r-1 catch-up']],
  ['made up for', [but(entry('r-1', 'a', 5), { madeUpBy: 'r-7' })], {}, ['skipped r-1 due']],
  [
    'on battery',
    [but(entry('r-1', 'a', 5), { conditions: onBattery, unmetSince: now - 50_000 })],
    conditional,
    ['r-1 condition'],
  ],
  [
    'on battery for too long',
    [but(entry('r-1', 'a', 5), { conditions: onBattery, unmetSince: now - 60_000 })],
    conditional,
    ['skipped r-1 condition'],
  ],
])('%s', (_, entries, job, words) => {
  expect(done(entries, job).words).toEqual(words);
});

test('a retry that is due later holds back what comes after it', () => {
  const retry = { type: 'fixed', maxAttempts: 3, delayMs: 60_000 } as const;
  const first = entry('r-1', 'a', 9, { state: 'retrying', retryAt: now + 30_000 });
  const waits = { ...first, run: { ...first.run, plan: { ...first.run.plan, job: { ...first.run.plan.job, retry } } } };
  expect(done([waits, entry('r-2', 'a', 5)])).toMatchObject({
    words: ['r-1 retry', 'r-2 retry'],
    wakeAt: now + 30_000,
  });
});

test('whoever has no room waits, and says for whom', () => {
  const { words, waiting, wakeAt } = done([working(entry('r-1', 'a', 9)), entry('r-2', 'b', 5)], {}, 1);
  expect(words).toEqual(['r-2 resource']);
  expect(wakeAt).toBeUndefined();
  expect(waiting.get('r-2')?.reasons.find(({ ok }) => !ok)?.text).toBe('daemon has room for 1, and it is taken: r-1');
});

test('what somebody asked for takes its room from what starts by itself', () => {
  const asked = working(entry('r-1', 'a', 1, { slot: null, slotAt: null, trigger: 'manual' }));
  expect(done([asked, entry('r-2', 'b', 5)], {}, 1).words).toEqual(['r-2 resource']);
});

test('it wakes when the first of those that wait for a time may start', () => {
  const entries = [but(entry('r-1', 'a', 5), { startAt: now + 70 }), but(entry('r-2', 'b', 5), { startAt: now + 7 })];
  expect(done(entries).wakeAt).toBe(now + 7);
});
