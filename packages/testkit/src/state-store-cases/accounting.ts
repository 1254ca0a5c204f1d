import { deepEqual, equal, ok } from 'node:assert/strict';
import type { AccountedEnd, Accounting, AdoptedEnd, NewRun, StateStore } from '@umbracore/contracts';
import { aNewRun } from '../builders.ts';
import { claimed, finished, inJob, owner, start, ttlMs, type StateStoreCase } from '../state-store-subject.ts';

const hour = 3_600_000;

/** The slot of a job at an hour. */
const slotRun = (job: string, n: number, overrides: Partial<NewRun> = {}): NewRun =>
  aNewRun({
    id: `r-${job}-${n}`,
    trigger: 'schedule',
    slot: `slot-${n}`,
    slotAt: start + n * hour,
    queuedAt: start + n * hour + 1,
    plan: inJob(job),
    ...overrides,
  });

const accounting = (overrides: Partial<Accounting> & Pick<Accounting, 'runs'>): Accounting => ({
  job: 'a',
  from: undefined,
  until: start,
  ...overrides,
});

const missed: AccountedEnd = {
  outcome: 'missed',
  because: { code: 'catch-up', text: 'the machine was off', alsoStandsFor: { count: 3, first: start - 3 * hour } },
};
const skipped: AccountedEnd = {
  outcome: 'skipped',
  because: { code: 'superseded', text: 'a newer slot took its place', alsoStandsFor: null },
};

const idsOf = async (store: StateStore) => (await store.runs({})).map(({ id }) => id).toSorted();

const adopted: AdoptedEnd = {
  outcome: 'succeeded',
  startedAt: start - hour,
  finishedAt: start,
  snapshot: 'a'.repeat(64),
  stats: null,
};

/** Every slot is accounted for once, and the cursor says up to when. */
export const accountingCases: readonly StateStoreCase[] = [
  {
    name: 'a job that was never accounted for has no cursor',
    async run({ store }) {
      await store.enqueue(slotRun('a', 1));
      deepEqual(await store.cursors(), new Map());
      deepEqual(await store.account([]), []);
    },
  },
  {
    name: 'a job was first seen when it was first accounted for, and stays so',
    async run({ store }) {
      deepEqual(await store.firstSeen(), new Map());
      await store.account([accounting({ runs: [] })]);
      await store.account([accounting({ from: start, until: start + hour, runs: [] })]);
      await store.account([accounting({ from: start - 1, until: start, runs: [] }), accounting({ runs: [] })]);
      deepEqual(await store.firstSeen(), new Map([['a', start]]));
    },
  },
  {
    name: 'a run that is recorded afterwards is sealed with what is known of it, once for its slot',
    async run({ store }) {
      const run = (id: string) => ({ ...slotRun('a', 1, { id, trigger: 'adopted', slot: 'adopted:1' }), end: adopted });
      const [first] = await store.record([run('r-one')]);
      const { startedAt, finishedAt, snapshot } = adopted;
      deepEqual(first, { ...first, id: 'r-one', state: 'succeeded', startedAt, finishedAt, snapshot, because: null });
      deepEqual(await store.record([run('r-two')]), [first]);
      deepEqual([await store.open(), await store.audit()], [[], []]);
    },
  },
  {
    name: 'an accounting records its runs and moves the cursor',
    async run({ store }) {
      deepEqual(await store.account([accounting({ runs: [] })]), [[]]);
      const wanted = accounting({ from: start, until: start + 2 * hour, runs: [slotRun('a', 1), slotRun('a', 2)] });
      const [runs] = await store.account([wanted]);
      deepEqual(
        runs?.map(({ id, state, slotAt }) => [id, state, slotAt]),
        [
          ['r-a-1', 'queued', start + hour],
          ['r-a-2', 'queued', start + 2 * hour],
        ],
      );
      deepEqual(await store.cursors(), new Map([['a', start + 2 * hour]]));
      deepEqual(await store.run('r-a-1'), runs?.[0]);
      deepEqual(
        (await store.open()).map(({ run, lease }) => [run.id, lease]),
        [
          ['r-a-2', undefined],
          ['r-a-1', undefined],
        ],
      );
      await claimed(store, 'r-a-1');
    },
  },
  {
    name: 'an accounting from somewhere else than the cursor is refused and leaves nothing behind, others are granted',
    async run({ store }) {
      await store.account([accounting({ runs: [] }), accounting({ job: 'b', runs: [] })]);
      const until = start + hour;
      const answers = await store.account([
        accounting({ from: start - 1, until, runs: [slotRun('a', 1)] }),
        accounting({ job: 'b', from: start, until, runs: [slotRun('b', 1)] }),
        accounting({ job: 'b', from: undefined, until, runs: [slotRun('b', 2)] }),
        accounting({ job: 'c', from: start, until, runs: [slotRun('c', 1, { id: 'r-c' })] }),
        accounting({ job: 'd', until, runs: [slotRun('d', 1)] }),
      ]);
      deepEqual(
        answers.map((runs) => runs?.map(({ id }) => id)),
        [undefined, ['r-b-1'], undefined, undefined, ['r-d-1']],
      );
      const cursors = [
        ['a', start],
        ['b', until],
        ['d', until],
      ] as const;
      deepEqual(await store.cursors(), new Map(cursors));
      deepEqual(await idsOf(store), ['r-b-1', 'r-d-1']);
    },
  },
  {
    name: 'of many accountings from one place at once exactly one is granted',
    async run({ store }) {
      const racing = Array.from({ length: 20 }, (_, n) =>
        accounting({ until: start + n, runs: [slotRun('a', n, { id: `r-${n}`, slot: `slot-of-${n}` })] }),
      );
      const answers = await Promise.all(racing.map((one) => store.account([one])));
      const granted = answers.flatMap(([runs], n) => (runs === undefined ? [] : [n]));
      equal(granted.length, 1);
      deepEqual(await idsOf(store), [`r-${granted[0]}`]);
      deepEqual(await store.cursors(), new Map([['a', start + (granted[0] ?? -1)]]));
    },
  },
  {
    name: 'two accountings of one job in one call follow each other',
    async run({ store }) {
      const [first, second] = await store.account([
        accounting({ until: start + hour, runs: [slotRun('a', 1)] }),
        accounting({ from: start + hour, until: start + 2 * hour, runs: [slotRun('a', 2)] }),
      ]);
      deepEqual([first?.length, second?.length], [1, 1]);
      deepEqual(await store.cursors(), new Map([['a', start + 2 * hour]]));
    },
  },
  {
    name: 'a slot that has a run already gives that one, whoever asked for it and whatever became of it',
    async run({ store }) {
      await store.enqueue(slotRun('a', 1, { id: 'r-enqueued' }));
      await finished(store, 'r-enqueued');
      const request = { owner: owner(1), now: start, ttlMs };
      await store.begin(slotRun('a', 2, { id: 'r-begun' }), request);
      const runs = [
        { ...slotRun('a', 1), end: missed },
        { ...slotRun('a', 2), end: skipped },
        slotRun('a', 3),
        { ...slotRun('a', 3, { id: 'r-again' }), end: missed },
      ];
      const [given] = await store.account([accounting({ runs })]);
      deepEqual(
        given?.map(({ id, state }) => [id, state]),
        [
          ['r-enqueued', 'succeeded'],
          ['r-begun', 'queued'],
          ['r-a-3', 'queued'],
          ['r-a-3', 'queued'],
        ],
      );
      deepEqual(await idsOf(store), ['r-a-3', 'r-begun', 'r-enqueued']);
      const enqueued = await store.enqueue(slotRun('a', 3, { id: 'r-late' }));
      deepEqual([enqueued.run.id, enqueued.created], ['r-a-3', false]);
      const begun = await store.begin(slotRun('a', 3, { id: 'r-later' }), { ...request, now: start + ttlMs });
      deepEqual([begun.run.id, begun.created, begun.claim.granted], ['r-a-3', false, true]);
      deepEqual(await store.audit(), []);
    },
  },
  {
    name: 'a slot of several repositories has a run for each',
    async run({ store }) {
      const runs = ['main', 'second'].map((repository) =>
        slotRun('a', 1, { id: `r-${repository}`, plan: inJob('a', repository) }),
      );
      const [given] = await store.account([accounting({ runs })]);
      deepEqual(
        given?.map(({ repository }) => repository),
        ['main', 'second'],
      );
    },
  },
  {
    name: 'a slot that nobody starts is recorded as ended, with its reason, and is part of the chain',
    async run({ store }) {
      await store.enqueue(aNewRun({ id: 'r-1', plan: inJob('other') }));
      await finished(store, 'r-1');
      const runs = [{ ...slotRun('a', 1), end: missed }, slotRun('a', 2), { ...slotRun('a', 3), end: skipped }];
      const [given] = await store.account([accounting({ until: start + 3 * hour, runs })]);
      const [first, , third] = given ?? [];
      ok(first !== undefined && third !== undefined);
      deepEqual([first.state, first.because, first.finishedAt], ['missed', missed.because, first.queuedAt]);
      deepEqual([third.state, third.because, third.finishedAt], ['skipped', skipped.because, third.queuedAt]);
      deepEqual([await store.run(first.id), await store.run(third.id)], [first, third]);
      deepEqual(
        (await store.open()).map(({ run }) => run.id),
        ['r-a-2'],
      );
      const refused = await store.claim(first.id, { owner: owner(1), now: start, ttlMs });
      deepEqual(refused, { granted: false, reason: 'ended', holder: undefined });
      equal(await store.requestCancel(first.id, start), false);
      await finished(store, 'r-a-2');
      const none = { succeeded: 0, warning: 0, failed: 0, cancelled: 0, skipped: 0, missed: 0 };
      deepEqual(await store.count({}), { ...none, succeeded: 2, missed: 1, skipped: 1 });
      deepEqual(await store.audit(), []);
    },
  },
  {
    name: 'a cursor moves back when the clock was set back, and recorded slots do not come again',
    async run({ store }) {
      await store.account([accounting({ until: start + 2 * hour, runs: [slotRun('a', 1), slotRun('a', 2)] })]);
      deepEqual(await store.account([accounting({ from: start + 2 * hour, until: start, runs: [] })]), [[]]);
      deepEqual(await store.cursors(), new Map([['a', start]]));
      const again = [slotRun('a', 1, { id: 'r-again' }), slotRun('a', 2, { id: 'r-again-too' })];
      const [runs] = await store.account([accounting({ from: start, until: start + 2 * hour, runs: again })]);
      deepEqual(
        runs?.map(({ id }) => id),
        ['r-a-1', 'r-a-2'],
      );
      deepEqual(await idsOf(store), ['r-a-1', 'r-a-2']);
    },
  },
  {
    name: 'cursors and what was accounted for are there after the store was closed and opened again',
    async run(subject) {
      if (subject.reopen === undefined) return;
      const runs = [{ ...slotRun('a', 1), end: missed }, slotRun('a', 2)];
      await subject.store.account([accounting({ until: start + 2 * hour, runs }), accounting({ job: 'b', runs: [] })]);
      const before = [await subject.store.cursors(), await subject.store.runs({})];
      await subject.reopen();
      const { store } = subject;
      deepEqual([await store.cursors(), await store.runs({})], before);
      deepEqual(await store.account([accounting({ runs: [slotRun('a', 3)] })]), [undefined]);
      deepEqual(await store.audit(), []);
    },
  },
  {
    name: 'runs are recorded together, some as ended, and no cursor moves',
    async run({ store }) {
      const first = [slotRun('a', 1, { parent: 'r-chain' }), { ...slotRun('b', 1), end: skipped }];
      const recorded = await store.record(first);
      deepEqual(
        recorded.map(({ id, state, parent, because }) => [id, state, parent, because]),
        [
          ['r-a-1', 'queued', 'r-chain', null],
          ['r-b-1', 'skipped', null, skipped.because],
        ],
      );
      deepEqual(await store.record([]), []);
      const again = [
        { ...slotRun('a', 1, { id: 'r-again' }), end: missed },
        { ...slotRun('a', 2), end: missed },
      ];
      deepEqual(
        (await store.record(again)).map(({ id, state }) => [id, state]),
        [
          ['r-a-1', 'queued'],
          ['r-a-2', 'missed'],
        ],
      );
      deepEqual(await idsOf(store), ['r-a-1', 'r-a-2', 'r-b-1']);
      deepEqual([await store.cursors(), await store.audit()], [new Map(), []]);
    },
  },
  {
    name: 'thousands of slots are accounted for in one call',
    async run({ store }) {
      const count = 3000;
      const runs = Array.from({ length: count }, (_, n) => ({
        ...slotRun('a', n),
        end: n % 3 === 0 ? missed : undefined,
      }));
      const [given] = await store.account([accounting({ until: start + count * hour, runs })]);
      equal(given?.length, count);
      equal((await store.open()).length, (count * 2) / 3);
      equal((await store.count({})).missed, count / 3);
      deepEqual(await store.audit(), []);
    },
  },
];
