import * as fc from 'fast-check';
import { toUmbraError, type Accounting, type Lease, type RunState, type StateStore } from '@umbracore/contracts';
import { aJob, aNewRun, aPlan, aRepository } from '@umbracore/testkit';
import { expect, test } from 'vitest';
import { subjects } from './stores.ts';

const start = Date.UTC(2026, 0, 5, 12);

const id = fc.constantFrom('r-1', 'r-2', 'r-3', 'r-4');
const pid = fc.integer({ min: 1, max: 3 });
const later = fc.integer({ min: 0, max: 300 });
const state = fc.constantFrom<RunState>('running', 'retrying', 'succeeded', 'failed', 'cancelled');
const which = fc.nat(9);
const outcome = fc.constantFrom(undefined, 'skipped', 'missed');
const parent = fc.constantFrom(null, 'r-chain');

const run = fc.record({ id, slot: fc.constantFrom(null, 's', 't'), outcome, parent });

const command = fc.oneof(
  fc.record({
    type: fc.constant('enqueue'),
    id,
    job: fc.constantFrom('a', 'b'),
    slot: fc.constantFrom(null, 's', 't'),
    later,
  }),
  fc.record({
    type: fc.constant('account'),
    accountings: fc.array(
      fc.record({
        job: fc.constantFrom('a', 'b'),
        from: fc.constantFrom(undefined, undefined, 1, 2),
        until: fc.constantFrom(1, 2),
        runs: fc.array(run, { maxLength: 3 }),
      }),
      { maxLength: 3 },
    ),
    later,
  }),
  fc.record({ type: fc.constant('record'), runs: fc.array(run, { maxLength: 3 }), later }),
  fc.record({ type: fc.constant('dismiss'), id, later }),
  fc.record({ type: fc.constant('claim'), id, pid, later, evict: fc.option(fc.nat(5), { nil: undefined }) }),
  fc.record({ type: fc.constant('renew'), which, later }),
  fc.record({ type: fc.constant('update'), which, revision: fc.integer({ min: 1, max: 4 }), state, later }),
  fc.record({ type: fc.constant('release'), which }),
  fc.record({ type: fc.constant('cancel'), id, later }),
  fc.record({ type: fc.constant('step'), which, later }),
  fc.record({
    type: fc.constant('look'),
    id,
    states: fc.subarray<RunState>(['queued', 'running', 'succeeded', 'failed']),
    later,
  }),
);
type Command = typeof command extends fc.Arbitrary<infer T> ? T : never;

/** What a store answers, with an error as its code, so that two stores can be compared. */
async function answer(store: StateStore, leases: Lease[], step: Command): Promise<unknown> {
  try {
    return await perform(store, leases, step);
  } catch (thrown) {
    return { error: toUmbraError(thrown).code };
  }
}

const nobody: Lease = {
  run: 'r-1',
  owner: { pid: 9, startTime: '9', bootId: 'b', host: 'h' },
  fence: 99,
  until: start,
};

async function perform(store: StateStore, leases: Lease[], step: Command): Promise<unknown> {
  const lease = ('which' in step ? leases[step.which % Math.max(leases.length, 1)] : undefined) ?? nobody;
  const at = start + ('later' in step ? step.later : 0);
  switch (step.type) {
    case 'enqueue': {
      const plan = aPlan({ job: aJob({ id: step.job }), repository: aRepository() });
      return store.enqueue(aNewRun({ id: step.id, slot: step.slot, queuedAt: at, plan }));
    }
    case 'account':
      return store.account(step.accountings.map((one) => accountingOf(one, at)));
    case 'record':
      return store.record(accountingOf({ job: 'a', from: undefined, until: 1, runs: step.runs }, at).runs);
    case 'dismiss':
      return store.dismiss(step.id, { outcome: 'skipped', because }, at);
    case 'claim': {
      const owner = { pid: step.pid, startTime: '1', bootId: 'b', host: 'h' };
      const result = await store.claim(step.id, { owner, now: at, ttlMs: 100, evict: step.evict });
      if (result.granted) leases.push(result.lease);
      return result;
    }
    case 'renew':
      return store.renew(lease, at + 100);
    case 'update':
      return store.update(lease, step.revision, { state: step.state, finishedAt: at, suspicions: [`at ${at}`] });
    case 'release':
      return store.release(lease);
    case 'cancel':
      return store.requestCancel(step.id, at);
    case 'step':
      return store.recordStep(lease, { attempt: 1, kind: 'backup', stage: 'intent', at, detail: { at } });
    case 'look':
      return [
        await store.run(step.id),
        await store.runs({ states: step.states, since: at, limit: 2 }),
        await store.runs({ job: 'a' }),
        await store.latest(step.states),
        await store.open(),
        await store.steps(step.id),
        await store.runs({ parent: 'r-chain' }),
        await store.count({ until: at }),
        await store.cursors(),
        await store.audit(),
      ];
  }
}

const because = { code: 'catch-up', text: 'the machine was off', alsoStandsFor: null } as const;

type Wanted = (Command & { readonly type: 'account' })['accountings'][number];

function accountingOf({ job, from, until, runs }: Wanted, queuedAt: number): Accounting {
  const plan = aPlan({ job: aJob({ id: job }), repository: aRepository() });
  return {
    job,
    from,
    until,
    runs: runs.map(({ outcome: ended, ...run }) => ({
      ...aNewRun({ ...run, queuedAt, plan }),
      end: ended === undefined ? undefined : { outcome: ended, because },
    })),
  };
}

// `latest` and `open` promise no order.
const unordered = (value: unknown): unknown =>
  Array.isArray(value) ? value.map((item) => (Array.isArray(item) ? new Set(item) : item)) : value;

test('both stores give the same answers to the same commands', async () => {
  const property = fc.asyncProperty(fc.array(command, { maxLength: 40 }), async (commands) => {
    await using memory = await subjects.memory();
    await using sqlite = await subjects.sqlite();
    const [ours, theirs]: [Lease[], Lease[]] = [[], []];
    for (const step of commands) {
      const expected = await answer(memory.store, ours, step);
      expect(unordered(await answer(sqlite.store, theirs, step))).toEqual(unordered(expected));
    }
  });
  await fc.assert(property, { numRuns: 100, seed: 20260105 });
}, 120_000);
