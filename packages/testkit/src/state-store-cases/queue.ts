import { deepEqual, equal, ok } from 'node:assert/strict';
import type { AccountedEnd } from '@umbracore/contracts';
import { aNewRun } from '../builders.ts';
import { claimed, finished, inJob, owner, refuses, start, ttlMs, type StateStoreCase } from '../state-store-subject.ts';

const superseded: AccountedEnd = {
  outcome: 'skipped',
  because: { code: 'superseded', text: 'a newer slot took its place', alsoStandsFor: null },
};

/** What is asked for is there once. */
export const queueCases: readonly StateStoreCase[] = [
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
    name: 'a queued run is dismissed without being carried out, also while another run of its job is held',
    async run({ store }) {
      await store.begin(aNewRun({ id: 'r-1' }), { owner: owner(1), now: start, ttlMs });
      await store.enqueue(aNewRun({ id: 'r-2', slot: 'a', slotAt: start }));
      const ended = await store.dismiss('r-2', superseded, start + 7);
      deepEqual(
        [ended?.state, ended?.because, ended?.finishedAt, ended?.revision],
        ['skipped', superseded.because, start + 7, 2],
      );
      deepEqual(await store.run('r-2'), ended);
      deepEqual(
        (await store.open()).map(({ run }) => run.id),
        ['r-1'],
      );
      deepEqual(await store.audit(), []);
      await refuses(store.dismiss('r-9', superseded, start), 'usage.unknown-run');
    },
  },
  {
    name: 'a run that is held, runs or has ended is not dismissed, one that waits for its next attempt is',
    async run({ store }) {
      await store.enqueue(aNewRun({ id: 'r-1' }));
      const lease = await claimed(store, 'r-1');
      equal(await store.dismiss('r-1', superseded, start), undefined);
      const { revision } = await store.update(lease, 1, { state: 'running' });
      await store.release(lease);
      equal(await store.dismiss('r-1', superseded, start), undefined);
      const again = await claimed(store, 'r-1');
      await store.update(again, revision, { state: 'retrying', retryAt: start + 9 });
      equal(await store.dismiss('r-1', superseded, start), undefined);
      await store.release(again);
      const ended = await store.dismiss('r-1', superseded, start);
      deepEqual([ended?.state, ended?.retryAt, ended?.finishedAt], ['skipped', null, start]);
      equal(await store.dismiss('r-1', superseded, start), undefined);
      deepEqual(await store.audit(), []);
    },
  },
  {
    name: 'a run whose owner has overslept is dismissed, and the owner is refused',
    async run({ store }) {
      await store.enqueue(aNewRun({ id: 'r-1' }));
      const lease = await claimed(store, 'r-1');
      equal((await store.dismiss('r-1', superseded, start + ttlMs))?.state, 'skipped');
      await refuses(store.update(lease, 2, { state: 'running' }), 'state.lease-lost');
    },
  },
];
