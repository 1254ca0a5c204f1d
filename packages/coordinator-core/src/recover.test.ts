import { runOutcomes } from '@umbracore/contracts';
import type { AttemptRecord, JobDefinition, JobKind, Lease, RunRecord, StepRecord } from '@umbracore/contracts';
import {
  aChainJob,
  aCheckJob,
  aCommandJob,
  aCopyJob,
  aDrillJob,
  aForgetJob,
  aPruneJob,
  aRun,
} from '@umbracore/testkit';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { lastIntent, recover } from './recover.ts';
import type { RecoveryFacts } from './recover.ts';

const now = 1_000_000;
const lease: Lease = {
  run: 'r-1',
  owner: { pid: 7, startTime: '1', bootId: 'b', host: 'h' },
  fence: 3,
  until: now + 10_000,
};
const expired: Lease = { ...lease, until: now - 1 };
const attempt = (number: number, outcome: AttemptRecord['outcome'] = null): AttemptRecord => ({
  number,
  startedAt: 1,
  finishedAt: outcome === null ? null : 2,
  outcome,
  error: null,
});
const queued = aRun({ queuedAt: 0 });
const running = aRun({ queuedAt: 0, state: 'running', attempts: [attempt(1)] });
const retrying = aRun({ queuedAt: 0, state: 'retrying', retryAt: now + 5, attempts: [attempt(1, 'failed')] });
const cancelled = (run: RunRecord): RunRecord => ({ ...run, cancelRequestedAt: 5 });
const intent = (number = 1, spool = '/spool/1'): StepRecord => ({
  run: 'r-1',
  attempt: number,
  sequence: number,
  kind: 'backup',
  stage: 'intent',
  at: 1,
  detail: { spool },
});
const dead: RecoveryFacts = { now, ownerAlive: false, engine: 'never-started', snapshots: [] };
const twice = { ...running, attempts: [attempt(1, 'interrupted'), attempt(2, 'interrupted'), attempt(3)] };

type Row = readonly [string, RunRecord, Lease | undefined, readonly StepRecord[], Partial<RecoveryFacts>, object];

const table: readonly Row[] = [
  // Somebody's work.
  ['the owner lives', running, lease, [intent()], { ownerAlive: true }, { type: 'leave' }],
  ['the owner lives, its lease ran out in a suspend', running, expired, [], { ownerAlive: true }, { type: 'leave' }],
  ['the owner is on another host', running, lease, [], { ownerAlive: undefined }, { type: 'leave' }],
  [
    'the owner on another host gave no sign',
    running,
    expired,
    [],
    { ownerAlive: undefined },
    { type: 'retry', at: now },
  ],
  [
    'the lease of an owner on another host has just run out',
    running,
    { ...lease, until: now },
    [],
    { ownerAlive: undefined },
    { type: 'retry', at: now },
  ],
  // Killed before it began.
  ['asked for by somebody who died', queued, lease, [], {}, { type: 'fail', error: { code: 'run.interrupted' } }],
  ['asked for and given back', queued, undefined, [], {}, { type: 'fail', error: { code: 'run.interrupted' } }],
  ['a slot that was queued', { ...queued, slot: 's' }, undefined, [], {}, { type: 'requeue' }],
  ['a slot that was claimed', { ...queued, slot: 's' }, lease, [], {}, { type: 'requeue' }],
  ['queued and to be cancelled', cancelled({ ...queued, queuedAt: now - 1 }), undefined, [], {}, { type: 'cancel' }],
  // Killed in an attempt.
  ['before the intent', running, lease, [], {}, { type: 'retry', at: now }],
  [
    'for the second time',
    { ...running, attempts: [attempt(1, 'interrupted'), attempt(2)] },
    lease,
    [],
    {},
    { type: 'retry', at: now },
  ],
  [
    'before the intent of the second attempt',
    { ...running, attempts: [attempt(1, 'failed'), attempt(2)] },
    lease,
    [intent()],
    {},
    { type: 'retry', at: now },
  ],
  ['after the intent, before the engine', running, lease, [intent()], {}, { type: 'retry', at: now }],
  [
    'the engine works',
    running,
    lease,
    [intent()],
    { engine: 'running' },
    { type: 'adopt', attempt: 1, spool: '/spool/1' },
  ],
  [
    'the engine has ended',
    running,
    lease,
    [intent()],
    { engine: 'ended' },
    { type: 'adopt', attempt: 1, spool: '/spool/1' },
  ],
  [
    'the engine of the last try counts',
    running,
    lease,
    [intent(1, '/a'), intent(1, '/b')],
    { engine: 'ended' },
    { type: 'adopt', attempt: 1, spool: '/b' },
  ],
  [
    'an engine that is to be cancelled is adopted first',
    cancelled(running),
    lease,
    [intent()],
    { engine: 'running' },
    { type: 'adopt', attempt: 1, spool: '/spool/1' },
  ],
  [
    'no trace of the engine, but its snapshot',
    running,
    lease,
    [intent()],
    { snapshots: ['s1', 's2'] },
    { type: 'complete', snapshot: 's1' },
  ],
  [
    'no trace, and the repository does not answer',
    running,
    lease,
    [intent()],
    { snapshots: undefined },
    { type: 'retry', at: now },
  ],
  ['no trace, to be cancelled', cancelled(running), lease, [intent()], {}, { type: 'cancel' }],
  [
    'no trace, to be cancelled, but its snapshot',
    cancelled(running),
    lease,
    [intent()],
    { snapshots: ['s1'] },
    { type: 'complete', snapshot: 's1' },
  ],
  [
    'interrupted for the third time',
    twice,
    lease,
    [intent(3)],
    {},
    { type: 'fail', error: { code: 'run.interrupted' } },
  ],
  [
    'interrupted for the third time, but its snapshot',
    twice,
    lease,
    [intent(3)],
    { snapshots: ['s1'] },
    { type: 'complete', snapshot: 's1' },
  ],
  // Killed between attempts.
  ['waiting for a retry', retrying, lease, [intent()], {}, { type: 'retry', at: now + 5 }],
  ['waiting for a retry without an owner', retrying, undefined, [intent()], {}, { type: 'retry', at: now + 5 }],
  ['waiting and to be cancelled', cancelled(retrying), undefined, [intent()], {}, { type: 'cancel' }],
  // Killed after the seal.
  ...runOutcomes.map((state): Row => [
    `ended: ${state}`,
    { ...running, state },
    undefined,
    [intent()],
    {},
    { type: 'leave' },
  ]),
];

test.each(table)('%s', (_, run, held, steps, facts, action) => {
  expect(recover(run, held, steps, { ...dead, ...facts })).toMatchObject(action);
});

const jobs = {
  copy: aCopyJob(),
  forget: aForgetJob(),
  prune: aPruneJob(),
  check: aCheckJob(),
  drill: aDrillJob(),
  command: aCommandJob(),
  chain: aChainJob(),
} as const satisfies Partial<Record<JobKind, JobDefinition>>;

const runOf = (kind: keyof typeof jobs): RunRecord => ({ ...running, plan: { ...running.plan, job: jobs[kind] } });

const adopt = { type: 'adopt', attempt: 1, spool: '/spool/1' };
const again = { type: 'retry', at: now };

/** What becomes of a running attempt of another kind, by what its engine does. */
const ofKinds: readonly (readonly [Exclude<keyof typeof jobs, 'chain'>, Record<RecoveryFacts['engine'], object>])[] = [
  // Its result cannot be read: whatever it did, doing it again does the rest. It is not disturbed, for it may be nearly done.
  ['copy', { running: adopt, ended: again, 'never-started': again }],
  ['forget', { running: adopt, ended: again, 'never-started': again }],
  ['prune', { running: adopt, ended: again, 'never-started': again }],
  ['check', { running: adopt, ended: again, 'never-started': again }],
  ['drill', { running: adopt, ended: again, 'never-started': again }],
  // Its exit status is kept, so that it never runs twice in one attempt.
  ['command', { running: adopt, ended: adopt, 'never-started': again }],
];

const rowsOfKinds = ofKinds.flatMap(([kind, answers]) =>
  (['running', 'ended', 'never-started'] as const).map((engine) => [kind, engine, answers[engine]] as const),
);

test.each(rowsOfKinds)('a %s whose engine is %s', (kind, engine, action) => {
  const steps = [{ ...intent(), kind }];
  expect(recover(runOf(kind), lease, steps, { ...dead, engine })).toEqual(action);
  expect(recover(runOf(kind), lease, [], { ...dead, engine: 'never-started' })).toEqual(again);
});

test('the engine of another kind of step is not the one that is meant', () => {
  const steps: readonly StepRecord[] = [
    { ...intent(), kind: 'forget' },
    { ...intent(), kind: 'heal-locks', detail: {} },
  ];
  expect(recover(runOf('forget'), lease, steps, { ...dead, engine: 'running' })).toEqual(adopt);
  expect(recover(runOf('prune'), lease, steps, { ...dead, engine: 'running' })).toEqual(again);
});

test('a chain goes on with what the store knows, whatever it did last', () => {
  const action = { type: 'adopt', attempt: 1, spool: '' };
  expect(recover(runOf('chain'), lease, [], dead)).toEqual(action);
  expect(recover(runOf('chain'), lease, [{ ...intent(), kind: 'node', detail: {} }], dead)).toEqual(action);
});

test.each<[string, readonly StepRecord[], object | undefined]>([
  ['none', [], undefined],
  ['of an earlier attempt', [intent(2)], undefined],
  ['that names no spool', [{ ...intent(3), detail: {} }], undefined],
  ['of the last attempt', [intent(2), intent(3, '/spool/3')], { attempt: 3, spool: '/spool/3' }],
])('the last intent: %s', (_, steps, found) => {
  expect(lastIntent(twice, steps)).toEqual(found);
});

test('a failure says how often it was interrupted, and where to look', () => {
  const interrupted = (run: RunRecord) => recover({ ...twice, plan: run.plan }, lease, [], dead);
  expect(interrupted(running)).toMatchObject({
    error: { message: 'The run was interrupted 3 times', hint: expect.stringMatching(/^Look for its snapshot, /) },
  });
  expect(interrupted(runOf('command'))).toMatchObject({
    error: { hint: expect.stringMatching(/^Find out what interrupts it, /) },
  });
});

test('a failure says whether the repository was asked', () => {
  const action = recover(twice, lease, [intent(3)], { ...dead, snapshots: undefined });
  expect(action).toMatchObject({ type: 'fail', error: { message: expect.stringContaining('could not be asked') } });
});

const anything = fc.record({
  run: fc.constantFrom(queued, running, retrying, twice, cancelled(running), cancelled(queued)),
  held: fc.constantFrom(undefined, lease, expired),
  steps: fc.constantFrom([], [intent()], [intent(), intent(3)]),
  facts: fc.record({
    now: fc.constant(now),
    ownerAlive: fc.constantFrom(true, false, undefined),
    engine: fc.constantFrom('running', 'ended', 'never-started'),
    snapshots: fc.constantFrom(undefined, [], ['s1']),
  }) as fc.Arbitrary<RecoveryFacts>,
});

test('nothing of a living owner is ever touched', () => {
  fc.assert(
    fc.property(anything, ({ run, held, steps, facts }) => {
      fc.pre(held !== undefined && facts.ownerAlive === true);
      expect(recover(run, held, steps, facts).type).toBe('leave');
    }),
  );
});

test('where there is a snapshot, no other one is made and no failure is told', () => {
  fc.assert(
    fc.property(anything, ({ run, held, steps, facts }) => {
      fc.pre(facts.snapshots?.length === 1);
      expect(['leave', 'adopt', 'complete']).toContain(recover(run, held, steps, facts).type);
    }),
  );
});

test('where nobody lives, nothing is left alone', () => {
  fc.assert(
    fc.property(anything, ({ run, held, steps, facts }) => {
      fc.pre(facts.ownerAlive === false);
      expect(recover(run, held, steps, facts).type).not.toBe('leave');
    }),
  );
});
