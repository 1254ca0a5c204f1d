import { deepEqual, equal } from 'node:assert/strict';
import type { Decided, NewDelivery, Notice, StateStore } from '@umbracore/contracts';
import { aNewRun } from '../builders.ts';
import { finished, inJob, owner, start, type StateStoreCase } from '../state-store-subject.ts';

const notice = (id: string): Notice => ({
  id,
  event: 'failed',
  severity: 'error',
  at: start,
  job: 'documents',
  kind: 'backup',
  repository: 'main',
  run: 'r-1',
  what: 'documents failed',
  why: null,
  advice: null,
  command: null,
  details: [],
});

const delivery = (id: string, changes: Partial<NewDelivery> = {}): NewDelivery => ({
  id,
  channel: 'phone',
  notice: notice(id),
  dueAt: start,
  group: null,
  expiresAt: null,
  ...changes,
});

const deciding = (deliveries: readonly NewDelivery[], memo: unknown = null, standing = false) => ({
  subject: 'documents@main',
  at: start,
  decide: (): Decided => ({ memo, standing, deliveries }),
});

const error = { code: 'notify.unreachable', message: 'no', hint: null, exitCode: 75 } as const;

const take = ({ outbox }: StateStore, pid = 1, now = start, dead: readonly number[] = []) =>
  outbox.take({ owner: owner(pid), now, ttlMs: 1000, isGone: ({ pid: holder }) => dead.includes(holder) });

const idsOf = (deliveries: readonly { readonly id: string }[]): readonly string[] => deliveries.map(({ id }) => id);

/** What people are to be told. */
export const outboxCases: readonly StateStoreCase[] = [
  {
    name: 'ended runs are read from where somebody began, in the order in which they ended',
    async run({ store }) {
      for (const id of ['r-1', 'r-2', 'r-3', 'r-4']) await store.enqueue(aNewRun({ id, plan: inJob(id) }));
      await finished(store, 'r-4');
      equal(await store.outbox.place(), undefined);
      await store.outbox.begin();
      const place = (await store.outbox.place()) ?? -1;
      for (const id of ['r-3', 'r-1']) await finished(store, id);
      await store.outbox.begin();
      equal(await store.outbox.place(), place);
      const ended = await store.outbox.ended(place, 10);
      deepEqual(
        ended.map(({ run }) => run.id),
        ['r-3', 'r-1'],
      );
      deepEqual(await store.outbox.ended(ended[0]?.place ?? 0, 10), ended.slice(1));
      await store.outbox.leave();
      equal(await store.outbox.place(), undefined);
    },
  },
  {
    name: 'what is decided about a run is decided once, with the place in the same step',
    async run({ store }) {
      await store.outbox.begin();
      const from = (await store.outbox.place()) ?? -1;
      const reading = { from, to: from + 1 };
      const first = await store.outbox.tell({ ...deciding([delivery('a')], { told: 1 }, true), reading });
      deepEqual(idsOf(first ?? []), ['a']);
      equal(await store.outbox.tell({ ...deciding([delivery('b')], { told: 2 }), reading }), undefined);
      deepEqual(await store.outbox.standing(), [{ subject: 'documents@main', memo: { told: 1 } }]);
      const seen: unknown[] = [];
      const again = await store.outbox.tell({
        subject: 'documents@main',
        at: start,
        decide(memo) {
          seen.push(memo);
          return { memo: null, standing: false, deliveries: [delivery('a'), delivery('c')] };
        },
      });
      deepEqual([seen, idsOf(again ?? [])], [[{ told: 1 }], ['c']]);
      deepEqual(await store.outbox.standing(), []);
    },
  },
  {
    name: 'a delivery is handed out when it is due, to one at a time, until its time is over or its taker is gone',
    async run({ store }) {
      await store.outbox.tell(deciding([delivery('now'), delivery('later', { dueAt: start + 500 })]));
      const first = await take(store);
      deepEqual(idsOf(first.deliveries), ['now']);
      deepEqual((await take(store, 2)).deliveries, []);
      const second = await take(store, 3, start, [1]);
      deepEqual(idsOf(second.deliveries), ['now']);
      equal(await store.outbox.settle(first.fence, ['now'], { state: 'sent' }, start), false);
      deepEqual(idsOf((await take(store, 2, start + 1000)).deliveries), ['now', 'later']);
    },
  },
  {
    name: 'a delivery that failed is due again later, with its error; one that was sent or given up never is',
    async run({ store }) {
      await store.outbox.tell(deciding([delivery('a'), delivery('b'), delivery('c')]));
      const { fence } = await take(store);
      await store.outbox.settle(fence, ['a'], { state: 'waiting', dueAt: start + 10, error }, start);
      await store.outbox.settle(fence, ['b'], { state: 'sent' }, start);
      await store.outbox.settle(fence, ['c'], { state: 'failed', error }, start);
      deepEqual(await store.outbox.figures(start + 20, start), {
        waiting: 1,
        troubled: 1,
        failed: 1,
        overdueSince: start + 10,
        nextDueAt: start + 10,
      });
      const again = await take(store, 1, start + 10);
      deepEqual(
        again.deliveries.map(({ id, tries, error: why }) => [id, tries, why?.code]),
        [['a', 1, 'notify.unreachable']],
      );
      await store.outbox.giveBack(again.fence, ['a']);
      deepEqual(idsOf((await take(store, 2, start + 10)).deliveries), ['a']);
    },
  },
  {
    name: 'what is on its way is still there when the store is opened again',
    async run(subject) {
      await subject.store.outbox.begin();
      await subject.store.outbox.tell(deciding([delivery('a')], { told: 1 }, true));
      if (subject.reopen === undefined) return;
      await subject.reopen();
      deepEqual(idsOf((await take(subject.store)).deliveries), ['a']);
      deepEqual(await subject.store.outbox.standing(), [{ subject: 'documents@main', memo: { told: 1 } }]);
    },
  },
];
