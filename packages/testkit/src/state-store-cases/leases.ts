import { deepEqual, equal, ok } from 'node:assert/strict';
import { aNewRun } from '../builders.ts';
import { claimed, inJob, owner, refuses, start, ttlMs, type StateStoreCase } from '../state-store-subject.ts';

/** Who may change a run. */
export const leaseCases: readonly StateStoreCase[] = [
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
    name: 'steps are recorded with a change, or not at all',
    async run({ store }) {
      await store.enqueue(aNewRun({ id: 'r-1' }));
      const lease = await claimed(store, 'r-1');
      const step = { attempt: 1, kind: 'backup', at: start, detail: { spool: '/1' } } as const;
      await store.recordStep(lease, { ...step, stage: 'intent' });
      const done = { ...step, stage: 'done' } as const;
      await refuses(store.update(lease, 7, { state: 'running' }, [done]), 'state.stale-revision');
      equal((await store.steps('r-1')).length, 1);
      await store.update(lease, 1, { state: 'warning', finishedAt: start }, [done, { ...done, detail: {} }]);
      const recorded = (await store.steps('r-1')).map(({ sequence, stage, detail }) => [sequence, stage, detail]);
      deepEqual(recorded, [
        [1, 'intent', { spool: '/1' }],
        [2, 'done', { spool: '/1' }],
        [3, 'done', {}],
      ]);
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
];
