import { deepEqual, equal } from 'node:assert/strict';
import { runsAlwaysKept, type RunOutcome, type StateStore } from '@umbracore/contracts';
import { aJob, aNewRun, aPlan } from '../builders.ts';
import { aCommandJob, aPruneJob } from '../job-builders.ts';
import { claimed, finished, inJob, start, ttlMs, type StateStoreCase } from '../state-store-subject.ts';

/** What happened can be read back. */
export const historyCases: readonly StateStoreCase[] = [
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
    name: 'runs are chosen by the kinds of their jobs, as they were when they ran',
    async run({ store }) {
      const jobs = [aJob({ id: 'a' }), aPruneJob({ id: 'b' }), aCommandJob({ id: 'c' }), aPruneJob({ id: 'a' })];
      for (const [n, job] of jobs.entries())
        await store.enqueue(aNewRun({ id: `r-${n}`, plan: aPlan({ job }), queuedAt: start + n }));
      const ids = async (query: Parameters<StateStore['runs']>[0]) => (await store.runs(query)).map(({ id }) => id);
      deepEqual(await ids({ kinds: ['prune'] }), ['r-3', 'r-1']);
      deepEqual(await ids({ kinds: ['command', 'backup'] }), ['r-2', 'r-0']);
      deepEqual(await ids({ kinds: ['prune'], job: 'a' }), ['r-3']);
      deepEqual(await ids({ kinds: ['prune', 'backup'], limit: 2 }), ['r-3', 'r-1']);
      deepEqual(await ids({ kinds: [] }), []);
    },
  },
  {
    name: 'runs are found by what a person reads of them, and by nothing else of their records',
    async run({ store }) {
      const jobs = [aJob({ id: 'photos' }), aJob({ id: 'Letters' }), aCommandJob({ id: 'dump', command: ['photos'] })];
      for (const [n, job] of jobs.entries())
        await store.enqueue(aNewRun({ id: `r-${n}`, plan: aPlan({ job }), queuedAt: start + n }));
      const because = { code: 'condition', text: 'photos: "ÄTHER" is 100 % gone\\', alsoStandsFor: null } as const;
      const run = aNewRun({ id: 'r-3', plan: inJob('other'), queuedAt: start + 3 });
      await store.record([{ ...run, end: { outcome: 'skipped', because } }]);
      const ids = async (query: Parameters<StateStore['runs']>[0]) => (await store.runs(query)).map(({ id }) => id);
      deepEqual(await ids({ text: 'photos' }), ['r-3', 'r-0']);
      deepEqual(await ids({ text: 'PHOTOS', limit: 1 }), ['r-3']);
      deepEqual(await ids({ text: 'letters' }), ['r-1']);
      deepEqual(await ids({ text: '"ÄTHER" IS 100 % gone\\' }), ['r-3']);
      deepEqual(await ids({ text: 'r-2' }), ['r-2']);
      deepEqual(await ids({ text: 'photos', states: ['skipped'] }), ['r-3']);
      deepEqual(await ids({ text: 'nothing of it' }), []);
      deepEqual(await ids({ text: '' }), ['r-3', 'r-2', 'r-1', 'r-0']);
      equal((await store.count({ text: 'gone' })).skipped, 1);
      equal((await store.count({ text: 'come' })).skipped, 0);
    },
  },
  {
    name: 'a long history is read page by page, also where many runs were queued in one moment',
    async run({ store }) {
      for (const n of [0, 1, 2, 3, 4]) {
        await store.enqueue(aNewRun({ id: `r-${n}`, plan: inJob(`job-${n}`), queuedAt: start + (n === 4 ? 1 : 0) }));
      }
      const pages: string[][] = [];
      let page = await store.runs({ limit: 2 });
      while (page.length > 0 && pages.length < 5) {
        pages.push(page.map(({ id }) => id));
        page = await store.runs({ limit: 2, after: page.at(-1) });
      }
      deepEqual(pages, [['r-4', 'r-3'], ['r-2', 'r-1'], ['r-0']]);
    },
  },
  {
    name: 'a history loses what is too old or too many, and nothing that is needed',
    async run(subject) {
      const { store } = subject;
      const count = runsAlwaysKept + 8;
      const record = async (n: number, state: RunOutcome, snapshot: string | null, parent: string | null = null) => {
        const id = `r-${String(n).padStart(4, '0')}`;
        await store.enqueue(aNewRun({ id, slot: id, parent, plan: inJob('a'), queuedAt: start + n }));
        const lease = await claimed(store, id, 1, start + n);
        await store.recordStep(lease, { attempt: 1, kind: 'backup', stage: 'intent', at: start, detail: {} });
        await store.update(lease, 1, { state, finishedAt: start + n, snapshot });
      };
      await record(0, 'succeeded', 'aa');
      await record(1, 'warning', 'bb');
      await record(2, 'failed', null);
      await record(3, 'succeeded', 'cc', 'r-0001');
      await record(4, 'succeeded', 'dd', 'r-gone');
      for (let n = 5; n < count; n += 1) await record(n, 'failed', null);
      const idsLeft = async () => (await store.runs({})).map(({ id }) => id).slice(runsAlwaysKept);
      deepEqual((await store.trim({ before: start, atMost: count })).removed, []);
      deepEqual((await store.trim({ before: start + 1, atMost: count })).removed, ['r-0000']);
      deepEqual((await store.trim({ before: start, atMost: count - 2 })).removed, ['r-0002']);
      // The last good one stays, and so do the newest.
      deepEqual(await store.trim({ before: Infinity, atMost: 0 }), {
        removed: ['r-0005', 'r-0006', 'r-0007'],
        next: undefined,
      });
      deepEqual(await idsLeft(), ['r-0004', 'r-0003', 'r-0001']);
      deepEqual(await store.steps('r-0002'), []);
      deepEqual(await store.audit(), []);
      await subject.reopen?.();
      deepEqual(await subject.store.audit(), []);
      const again = await subject.store.enqueue(aNewRun({ id: 'r-0000', slot: 'r-0000', plan: inJob('a') }));
      equal(again.created, true);
    },
  },
  {
    name: 'the runs that a chain run asked for are found by it, and all other runs have no parent',
    async run({ store }) {
      const parents = [undefined, 'r-chain', null, 'r-chain', 'r-other'];
      for (const [n, parent] of parents.entries())
        await store.enqueue(aNewRun({ id: `r-${n}`, parent, plan: inJob(`job-${n}`), queuedAt: start + n }));
      await finished(store, 'r-1');
      const ids = async (query: Parameters<StateStore['runs']>[0]) => (await store.runs(query)).map(({ id }) => id);
      deepEqual(await ids({ parent: 'r-chain' }), ['r-3', 'r-1']);
      deepEqual(await ids({ parent: 'r-chain', states: ['succeeded'] }), ['r-1']);
      deepEqual(await ids({ parent: 'r-nobody' }), []);
      deepEqual(
        (await store.runs({})).map(({ parent }) => parent),
        ['r-other', 'r-chain', null, 'r-chain', null],
      );
      equal((await store.count({ parent: 'r-chain' })).succeeded, 1);
      equal((await store.count({ parent: 'r-other' })).succeeded, 0);
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
