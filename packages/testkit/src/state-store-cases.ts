import { deepEqual, equal, ok, rejects } from 'node:assert/strict';
import { isUmbraError, type ErrorCode, type Lease, type ProcessIdentity, type StateStore } from '@umbracore/contracts';
import { aJob, aNewRun, aPlan, aRepository } from './builders.ts';

/** One store under test. Whoever runs a case disposes it. */
export interface StateStoreSubject extends AsyncDisposable {
  /** The open store; a new object after `reopen`. */
  readonly store: StateStore;
  /** Closes the store and opens it again where that keeps its content; absent for stores that live in memory. */
  readonly reopen?: (() => Promise<void>) | undefined;
}

export interface StateStoreCase {
  readonly name: string;
  run(subject: StateStoreSubject): Promise<void>;
}

const start = Date.UTC(2026, 0, 5, 12);
const ttlMs = 60_000;

const owner = (pid: number): ProcessIdentity => ({ pid, startTime: `${pid}00`, bootId: 'boot', host: 'test-host' });

const inJob = (job: string, repository = 'main') =>
  aPlan({ job: aJob({ id: job }), repository: aRepository({ name: repository }) });

async function claimed(store: StateStore, run: string, pid = 1, now = start): Promise<Lease> {
  const result = await store.claim(run, { owner: owner(pid), now, ttlMs });
  ok(result.granted, `run ${run} should be granted`);
  return result.lease;
}

const refuses = (promise: Promise<unknown>, code: ErrorCode): Promise<void> =>
  rejects(promise, (thrown) => isUmbraError(thrown) && thrown.code === code);

async function finished(store: StateStore, run: string, at = start): Promise<void> {
  const lease = await claimed(store, run, 1, at);
  const revision = (await store.run(run))?.revision ?? 0;
  await store.update(lease, revision, { state: 'succeeded', finishedAt: at });
}

/** What every `StateStore` must do. Each case gets a store of its own that is empty. */
export const stateStoreCases: readonly StateStoreCase[] = [
  {
    name: 'a queued run is read back as it was asked for',
    async run({ store }) {
      const { run, created } = await store.enqueue(aNewRun({ id: 'r-1', slot: 'a', slotAt: start }));
      equal(created, true);
      equal(run.state, 'queued');
      equal(run.revision, 1);
      deepEqual(await store.run('r-1'), run);
      deepEqual(await store.open(), [{ run, lease: undefined }]);
      equal(await store.run('r-2'), undefined);
    },
  },
  {
    name: 'a run that is begun is recorded and held in one step',
    async run({ store }) {
      const request = { owner: owner(1), now: start, ttlMs };
      const { run, created, claim } = await store.begin(aNewRun({ id: 'r-1', slot: 'a', slotAt: start }), request);
      ok(created && claim.granted);
      deepEqual(await store.open(), [{ run, lease: claim.lease }]);
      const again = await store.begin(aNewRun({ id: 'r-2', slot: 'a', slotAt: start }), request);
      deepEqual([again.run.id, again.created, again.claim.granted], ['r-1', false, false]);
    },
  },
  {
    name: 'a run that cannot begin beside another one is not recorded',
    async run({ store }) {
      const request = { owner: owner(1), now: start, ttlMs };
      await store.begin(aNewRun({ id: 'r-1' }), request);
      const { created, claim } = await store.begin(aNewRun({ id: 'r-2' }), { ...request, owner: owner(2) });
      deepEqual([created, claim.granted, claim.granted || claim.reason], [false, false, 'busy']);
      equal(await store.run('r-2'), undefined);
    },
  },
  {
    name: 'the same job, repository and slot give the first run again, also after it ended',
    async run({ store }) {
      const first = await store.enqueue(aNewRun({ id: 'r-1', slot: 'a' }));
      deepEqual(await store.enqueue(aNewRun({ id: 'r-2', slot: 'a' })), { run: first.run, created: false });
      await finished(store, 'r-1');
      const again = await store.enqueue(aNewRun({ id: 'r-3', slot: 'a' }));
      deepEqual([again.run.id, again.run.state, again.created], ['r-1', 'succeeded', false]);
      equal((await store.runs({})).length, 1);
    },
  },
  {
    name: 'the same slot of another job or repository, and requests without a slot, are runs of their own',
    async run({ store }) {
      const asked = [
        aNewRun({ id: 'r-1', slot: 'a' }),
        aNewRun({ id: 'r-2', slot: 'a', plan: inJob('other') }),
        aNewRun({ id: 'r-3', slot: 'a', plan: inJob('documents', 'second') }),
        aNewRun({ id: 'r-4' }),
        aNewRun({ id: 'r-5' }),
      ];
      for (const run of asked) equal((await store.enqueue(run)).created, true);
      equal((await store.runs({})).length, asked.length);
    },
  },
  {
    name: 'many enqueues of one slot at once give one run',
    async run({ store }) {
      const runs = Array.from({ length: 20 }, (_, n) => aNewRun({ id: `r-${n}`, slot: 'a' }));
      const results = await Promise.all(runs.map((run) => store.enqueue(run)));
      equal(results.filter(({ created }) => created).length, 1);
      equal(new Set(results.map(({ run }) => run.id)).size, 1);
    },
  },
  {
    name: 'a held run is not granted again until its lease has run out, and every claim has a higher fence',
    async run({ store }) {
      await store.enqueue(aNewRun({ id: 'r-1' }));
      const first = await claimed(store, 'r-1', 1);
      equal(first.until, start + ttlMs);
      const refused = await store.claim('r-1', { owner: owner(2), now: start + ttlMs - 1, ttlMs });
      deepEqual(refused, { granted: false, reason: 'held', holder: first });
      const second = await claimed(store, 'r-1', 2, start + ttlMs);
      ok(second.fence > first.fence);
      deepEqual((await store.open())[0]?.lease, second);
    },
  },
  {
    name: 'a second run of the same job and repository is busy while the first is held, others are not',
    async run({ store }) {
      await store.enqueue(aNewRun({ id: 'r-1' }));
      await store.enqueue(aNewRun({ id: 'r-2' }));
      await store.enqueue(aNewRun({ id: 'r-3', plan: inJob('documents', 'second') }));
      const first = await claimed(store, 'r-1');
      const refused = await store.claim('r-2', { owner: owner(2), now: start, ttlMs });
      deepEqual(refused, { granted: false, reason: 'busy', holder: first });
      await claimed(store, 'r-3', 2);
      await store.release(first);
      await claimed(store, 'r-2', 2);
    },
  },
  {
    name: 'a lease whose owner was proved dead is taken over by its fence, and by no other fence',
    async run({ store }) {
      await store.enqueue(aNewRun({ id: 'r-1' }));
      const dead = await claimed(store, 'r-1', 1);
      const wrong = await store.claim('r-1', { owner: owner(2), now: start, ttlMs, evict: dead.fence + 1 });
      equal(wrong.granted, false);
      const taken = await store.claim('r-1', { owner: owner(2), now: start, ttlMs, evict: dead.fence });
      ok(taken.granted);
      await refuses(store.renew(dead, start + ttlMs), 'state.lease-lost');
    },
  },
  {
    name: 'an owner that lost its lease can change nothing',
    async run({ store }) {
      await store.enqueue(aNewRun({ id: 'r-1' }));
      const old = await claimed(store, 'r-1', 1);
      await claimed(store, 'r-1', 2, start + ttlMs);
      const step = { attempt: 1, kind: 'backup', stage: 'intent', at: start, detail: {} } as const;
      await refuses(store.update(old, 1, { state: 'running' }), 'state.lease-lost');
      await refuses(store.renew(old, start + 2 * ttlMs), 'state.lease-lost');
      await refuses(store.recordStep(old, step), 'state.lease-lost');
      await refuses(store.release(old), 'state.lease-lost');
      equal((await store.run('r-1'))?.state, 'queued');
      deepEqual(await store.steps('r-1'), []);
    },
  },
  {
    name: 'an owner that overslept is refused once another run of its job and repository was let in',
    async run({ store }) {
      await store.enqueue(aNewRun({ id: 'r-1' }));
      await store.enqueue(aNewRun({ id: 'r-2' }));
      const asleep = await claimed(store, 'r-1', 1);
      await claimed(store, 'r-2', 2, start + ttlMs);
      await refuses(store.renew(asleep, start + 2 * ttlMs), 'state.lease-lost');
      await refuses(store.update(asleep, 1, { state: 'running' }), 'state.lease-lost');
    },
  },
  {
    name: 'a change needs the current revision, and raises it',
    async run({ store }) {
      await store.enqueue(aNewRun({ id: 'r-1' }));
      const lease = await claimed(store, 'r-1');
      const running = await store.update(lease, 1, { state: 'running', startedAt: start });
      deepEqual([running.state, running.startedAt, running.revision], ['running', start, 2]);
      await refuses(store.update(lease, 1, { state: 'failed' }), 'state.stale-revision');
      deepEqual(await store.run('r-1'), running);
    },
  },
  {
    name: 'a run that ended is not claimed, changed, renewed or cancelled any more',
    async run({ store }) {
      await store.enqueue(aNewRun({ id: 'r-1' }));
      const lease = await claimed(store, 'r-1');
      const ended = await store.update(lease, 1, { state: 'warning', finishedAt: start });
      const refused = await store.claim('r-1', { owner: owner(2), now: start, ttlMs });
      deepEqual(refused, { granted: false, reason: 'ended', holder: undefined });
      await refuses(store.update(lease, ended.revision, { state: 'running' }), 'state.lease-lost');
      await refuses(store.renew(lease, start + ttlMs), 'state.lease-lost');
      equal(await store.requestCancel('r-1', start), false);
      deepEqual(await store.run('r-1'), ended);
      deepEqual(await store.open(), []);
    },
  },
  {
    name: 'a wish to cancel is seen at the next renewal, outdates no revision and stays in the record',
    async run({ store }) {
      await store.enqueue(aNewRun({ id: 'r-1' }));
      const lease = await claimed(store, 'r-1');
      equal((await store.renew(lease, start + 1)).cancelRequested, false);
      equal(await store.requestCancel('r-1', start + 5), true);
      equal(await store.requestCancel('r-1', start + 9), true);
      const renewed = await store.renew(lease, start + 2 * ttlMs);
      deepEqual(renewed, { lease: { ...lease, until: start + 2 * ttlMs }, cancelRequested: true });
      equal((await store.run('r-1'))?.cancelRequestedAt, start + 5);
      const ended = await store.update(lease, 1, { state: 'cancelled', finishedAt: start + 10 });
      equal(ended.cancelRequestedAt, start + 5);
      deepEqual(await store.run('r-1'), ended);
    },
  },
  {
    name: 'a queued run that nobody holds keeps the mark and stays queued',
    async run({ store }) {
      await store.enqueue(aNewRun({ id: 'r-1' }));
      equal(await store.requestCancel('r-1', start), true);
      const run = await store.run('r-1');
      deepEqual([run?.state, run?.cancelRequestedAt], ['queued', start]);
    },
  },
  {
    name: 'a run that does not exist cannot be claimed or cancelled',
    async run({ store }) {
      await refuses(store.claim('r-1', { owner: owner(1), now: start, ttlMs }), 'usage.unknown-run');
      await refuses(store.requestCancel('r-1', start), 'usage.unknown-run');
      deepEqual(await store.steps('r-1'), []);
    },
  },
  {
    name: 'steps are numbered within their run and read back in order',
    async run({ store }) {
      for (const id of ['r-1', 'r-2']) await store.enqueue(aNewRun({ id, plan: inJob(id) }));
      const [one, two] = [await claimed(store, 'r-1'), await claimed(store, 'r-2')];
      const step = { attempt: 1, kind: 'backup', stage: 'intent', at: start, detail: { spool: '/spool/r-1' } } as const;
      const intent = await store.recordStep(one, step);
      await store.recordStep(two, step);
      const done = await store.recordStep(one, { ...step, stage: 'done', at: start + 1, detail: {} });
      deepEqual(intent, { ...step, run: 'r-1', sequence: 1 });
      equal(done.sequence, 2);
      deepEqual(await store.steps('r-1'), [intent, done]);
    },
  },
  {
    name: 'runs come newest first and are chosen by job, repository, state, time and number',
    async run({ store }) {
      const plans = [inJob('a'), inJob('b'), inJob('a', 'second'), inJob('a')];
      for (const [n, plan] of plans.entries())
        await store.enqueue(aNewRun({ id: `r-${n}`, plan, queuedAt: start + n }));
      await finished(store, 'r-0');
      const ids = async (query: Parameters<StateStore['runs']>[0]) => (await store.runs(query)).map(({ id }) => id);
      deepEqual(await ids({}), ['r-3', 'r-2', 'r-1', 'r-0']);
      deepEqual(await ids({ limit: 2 }), ['r-3', 'r-2']);
      deepEqual(await ids({ job: 'a', repository: 'main' }), ['r-3', 'r-0']);
      deepEqual(await ids({ repository: 'second' }), ['r-2']);
      deepEqual(await ids({ states: ['succeeded'] }), ['r-0']);
      deepEqual(await ids({ states: [] }), []);
      deepEqual(await ids({ since: start + 1, until: start + 3 }), ['r-2', 'r-1']);
      deepEqual(await ids({ job: 'nobody' }), []);
    },
  },
  {
    name: 'latest gives the newest run of each job and repository in the wanted states',
    async run({ store }) {
      const plans = [inJob('a'), inJob('b'), inJob('a', 'second'), inJob('a')];
      for (const [n, plan] of plans.entries())
        await store.enqueue(aNewRun({ id: `r-${n}`, plan, queuedAt: start + n }));
      const ids = async (...states: Parameters<StateStore['latest']>[0]) =>
        (await store.latest(states)).map(({ id }) => id);
      deepEqual(await ids('queued'), ['r-3', 'r-2', 'r-1']);
      await finished(store, 'r-0');
      deepEqual(await ids('succeeded', 'failed'), ['r-0']);
      deepEqual(await ids('missed'), []);
    },
  },
  {
    name: 'finished runs are counted by outcome, others are not',
    async run({ store }) {
      for (const id of ['r-1', 'r-2', 'r-3']) await store.enqueue(aNewRun({ id }));
      await finished(store, 'r-1');
      await finished(store, 'r-2');
      const none = { succeeded: 0, warning: 0, failed: 0, cancelled: 0, skipped: 0, missed: 0 };
      deepEqual(await store.count({}), { ...none, succeeded: 2 });
      deepEqual(await store.count({ job: 'nobody' }), none);
    },
  },
  {
    name: 'the chain over many ended runs is sound',
    async run({ store }) {
      for (let n = 0; n < 10; n += 1) {
        await store.enqueue(aNewRun({ id: `r-${n}` }));
        await finished(store, `r-${n}`, start + n);
      }
      deepEqual(await store.audit(), []);
      deepEqual(store.health.alarms, []);
    },
  },
  {
    name: 'everything is there after the store was closed and opened again',
    async run(subject) {
      if (subject.reopen === undefined) return;
      const { store } = subject;
      for (const id of ['r-1', 'r-2']) await store.enqueue(aNewRun({ id, slot: id, plan: inJob(id) }));
      await finished(store, 'r-1');
      const lease = await claimed(store, 'r-2');
      const step = { attempt: 1, kind: 'backup', stage: 'intent', at: start, detail: {} } as const;
      const recorded = await store.recordStep(lease, step);
      const before = [await store.runs({}), await store.open()];
      await subject.reopen();
      deepEqual([await subject.store.runs({}), await subject.store.open()], before);
      deepEqual(await subject.store.steps('r-2'), [recorded]);
      equal((await subject.store.renew(lease, start + ttlMs)).cancelRequested, false);
      deepEqual(await subject.store.audit(), []);
    },
  },
];
