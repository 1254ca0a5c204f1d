import { expect, test } from 'vitest';
import type {
  Configuration,
  JobDefinition,
  NewRun,
  ProcessIdentity,
  RepositoryDefinition,
  RunChange,
  RunRecord,
} from '@umbracore/contracts';
import { emptyConfiguration } from '@umbracore/config';
import { calendar } from '@umbracore/scheduler';
import { memoryStateStore } from '@umbracore/state-store';
import {
  aChainJob,
  aCheckJob,
  aCommandJob,
  aCopyJob,
  aDrillJob,
  aDrillReport,
  aJob,
  aNewRun,
  aPlan,
  FakeProcessTable,
} from '@umbracore/testkit';
import { gatherStatus, stalenessOf, type JobStatus } from './gather.ts';

const hour = 3_600_000;
const day = 24 * hour;
const now = Date.UTC(2026, 0, 14, 12);

const daily = calendar.parse('daily at 02:00', 'UTC');
const documents = aJob({ schedules: [daily] });
const check = aCheckJob();
const trial = aDrillJob();
const command = aCommandJob({ id: 'tidy' });

/** A store and the processes that use it, in which runs end as a test wants. */
class History {
  readonly store = memoryStateStore();
  readonly calendar = calendar;
  readonly processTable = new FakeProcessTable();
  readonly paths = { stateDir: '/nowhere' };
  readonly configuration: Configuration;
  #number = 0;

  constructor(jobs: readonly JobDefinition[] = [documents, check, command]) {
    this.configuration = { ...emptyConfiguration('UTC'), jobs: new Map(jobs.map((job) => [job.id, job])) };
  }

  /** Begins a run `ageMs` ago and ends it ten minutes later with this change, unless there is none. */
  async run(
    job: JobDefinition,
    ageMs: number,
    change?: RunChange,
    owner = this.processTable.self(),
    extra: Partial<NewRun> = {},
  ): Promise<RunRecord> {
    this.#number += 1;
    const at = now - ageMs;
    const id = `r-${String(this.#number).padStart(16, '0')}`;
    const plan = aPlan({ job, ...(job.repositories.length === 0 ? { repository: null } : {}) });
    const { run, claim } = await this.store.begin(aNewRun({ id, queuedAt: at, plan, ...extra }), {
      owner,
      now: at,
      ttlMs: 60_000,
    });
    if (!claim.granted) throw new Error('not granted');
    const running = await this.store.update(claim.lease, claim.run.revision, { state: 'running', startedAt: at });
    if (change === undefined) return run;
    return await this.store.update(claim.lease, running.revision, { finishedAt: at + 600_000, ...change });
  }

  async of(job: JobDefinition): Promise<JobStatus> {
    const [status] = await gatherStatus(this, [job.id], now);
    if (status === undefined) throw new Error('no status');
    return status;
  }
}

const verification = { level: 'sample', ok: true, problems: [], finishedAt: now - 8 * hour } as const;
const codes = ({ protection, reasons }: JobStatus): unknown => [protection, ...reasons.map(({ code }) => code)];

test('a success and its proof', async () => {
  const history = new History();
  await history.run(documents, 10 * hour, { state: 'succeeded', verification });
  const status = await history.of(documents);
  expect(status).toMatchObject({ protection: 'protected', provenAt: verification.finishedAt, stale: false });
  expect(status.next).toEqual({ at: Date.UTC(2026, 0, 15, 2), isDue: false });
});

test('a job that wants a good run every so often is due when it will start', async () => {
  const often = aJob({ schedules: [], atLeastEveryMs: 2 * day });
  const dueAt = async (history: History): Promise<unknown> => (await history.of(often)).next;
  const setBack = new History([often]);
  await setBack.run(often, 5 * hour, { state: 'succeeded' });
  await setBack.run(often, -3 * day, { state: 'succeeded' });
  expect(await dueAt(setBack)).toEqual({ at: now - 5 * hour + 600_000 + 2 * day, isDue: false });
  const skipped = new History([often]);
  await skipped.run(often, 3 * day, { state: 'succeeded' });
  await skipped.run(often, 2 * hour, { state: 'skipped' }, undefined, { slot: 'at-least/2026-01-14T10:00:00Z' });
  expect(await dueAt(skipped)).toEqual({ at: now - 2 * hour + 2 * day, isDue: false });
});

test('a run of which only its snapshot is known speaks neither for nor against a job', async () => {
  const history = new History();
  await history.run(documents, 400 * day, { state: 'succeeded' }, undefined, { trigger: 'adopted' });
  await history.run(documents, 10 * hour, { state: 'succeeded' }, undefined, { trigger: 'adopted' });
  const nothing = codes(await new History().of(documents));
  expect(codes(await history.of(documents))).toEqual(nothing);
  expect(await stalenessOf(history, [documents], now)).toMatchObject([{ lastSuccess: undefined, stale: false }]);
});

test('a success behind a failure, a dry run and a suspicious run; a proof behind all of them', async () => {
  const history = new History();
  await history.run(documents, 20 * hour, { state: 'succeeded', verification });
  const good = await history.run(documents, 16 * hour, { state: 'succeeded' });
  await history.run(documents, 12 * hour, { state: 'warning', suspicions: ['empty'] });
  const failed = await history.run(documents, 10 * hour, { state: 'failed' });
  const status = await history.of(documents);
  expect([status.lastSuccess?.id, status.lastAttempt?.id, status.provenAt]).toEqual([
    good.id,
    failed.id,
    verification.finishedAt,
  ]);
});

const checked = (sound: boolean): RunChange => ({
  state: sound ? 'succeeded' : 'failed',
  report: { kind: 'check', sound, problems: [], advice: [], part: null },
});

test('a check of the repository proves what was saved before it began, and nothing else', async () => {
  const history = new History();
  await history.run(check, 30 * hour, checked(true));
  await history.run(documents, 10 * hour, { state: 'succeeded' });
  expect(codes(await history.of(documents))).toEqual(['unproven', 'never-verified']);
  await history.run(check, 5 * hour, checked(true));
  expect(await history.of(documents)).toMatchObject({ protection: 'protected', provenAt: now - 5 * hour + 600_000 });
  await history.run(documents, hour, { state: 'succeeded' });
  expect(codes(await history.of(documents))).toEqual(['protected']);
  const bad = await history.run(check, hour, checked(false));
  expect(await history.of(documents)).toMatchObject({ protection: 'at-risk', damage: { id: bad.id } });
});

test('a copy tells how far it is behind the backups that it copies, and no other job does', async () => {
  const copy = aCopyJob({ id: 'mirror', from: 'main', repositories: ['offsite'], jobs: [] });
  const elsewhere = aJob({ id: 'other', repositories: ['third'] });
  const history = new History([documents, elsewhere, copy]);
  const saved = (job: JobDefinition, ageMs: number) => history.run(job, ageMs, { state: 'succeeded', snapshot: 'abc' });
  await saved(documents, 30 * hour);
  expect((await history.of(copy)).lag).toEqual({ snapshots: 1, since: now - 30 * hour + 600_000 });
  const report = { kind: 'copy', copied: ['x'], upTo: { documents: now - 30 * hour + 1000 } } as const;
  const repository = { ...aPlan().repository, name: 'offsite' } as RepositoryDefinition;
  await history.run(copy, 29 * hour, { state: 'succeeded', report }, undefined, {
    plan: aPlan({ job: copy, repository }),
  });
  expect((await history.of(copy)).lag).toEqual({ snapshots: 0, since: undefined });
  await saved(elsewhere, 28 * hour);
  await saved(documents, 6 * hour);
  await saved(documents, 3 * hour);
  expect((await history.of(copy)).lag).toEqual({ snapshots: 2, since: now - 6 * hour + 600_000 });
  expect((await history.of(documents)).lag).toBeUndefined();
});

test('a copy is protected once what it brought was read where it is: behind the copy, by a check or a drill there', async () => {
  const copy = aCopyJob({ id: 'mirror', from: 'main', repositories: ['offsite'], jobs: [] });
  const look = aCheckJob({ id: 'look', repositories: ['offsite'] });
  const proofs = async (): Promise<readonly unknown[]> => codes(await history.of(copy)) as string[];
  const history = new History([documents, copy, look]);
  const repository = { ...aPlan().repository, name: 'offsite' } as RepositoryDefinition;
  const ran = (job: JobDefinition, ageMs: number, change: RunChange) =>
    history.run(job, ageMs, change, undefined, { plan: aPlan({ job, repository }) });
  await ran(copy, 30 * hour, { state: 'succeeded' });
  expect(await proofs()).toEqual(['unproven', 'never-verified']);
  await ran(look, 29 * hour, checked(true));
  expect(await proofs()).toEqual(['protected']);

  const verification = { level: 'metadata', ok: true, problems: [], finishedAt: now - 20 * hour } as const;
  await ran(copy, 20 * hour, { state: 'succeeded', verification });
  await ran(copy, 10 * hour, { state: 'succeeded' });
  expect(await history.of(copy)).toMatchObject({ protection: 'protected', provenAt: now - 20 * hour });
});

const drilled = (name: string, proven: number, lost = 0): RunChange => ({
  state: lost > 0 ? 'failed' : 'succeeded',
  report: aDrillReport({
    snapshots: [
      {
        job: name,
        snapshot: 's',
        files: proven + lost,
        proven,
        bytes: 1,
        totalBytes: 1,
        recoveryMs: 90_000,
        paths: [],
      },
    ],
    failures: Array.from({ length: lost }, () => ({
      job: name,
      snapshot: 's',
      path: '/a',
      problem: 'differs',
      reason: 'other bytes',
    })),
  }),
});

test('a drill proves what it restored, and speaks against it if something did not come back', async () => {
  const history = new History([documents, trial]);
  await history.run(documents, 10 * hour, { state: 'succeeded' });
  await history.run(trial, 9 * hour, drilled('music', 5));
  expect(codes(await history.of(documents))).toEqual(['unproven', 'never-verified']);
  const good = await history.run(trial, 8 * hour, drilled('documents', 5));
  expect(await history.of(documents)).toMatchObject({
    protection: 'protected',
    provenAt: now - 8 * hour + 600_000,
    drills: { proof: { run: { id: good.id }, proven: 5, recoveryMs: 90_000 } },
  });
  await history.run(trial, 7 * hour, drilled('documents', 3, 2));
  await history.run(trial, 6 * hour, drilled('music', 5));
  const status = await history.of(documents);
  expect([...(codes(status) as string[]), status.standing]).toEqual(['at-risk', 'not-restorable', 'bad']);
  await history.run(trial, 5 * hour, drilled('documents', 5));
  expect(codes(await history.of(documents))).toEqual(['protected']);
});

test('backups that nobody read back for months', async () => {
  const history = new History();
  await history.run(documents, 100 * day, { state: 'succeeded' });
  await history.run(documents, 10 * hour, { state: 'succeeded' });
  expect(codes(await history.of(documents))).toEqual(['at-risk', 'long-unproven']);
});

test('a branch that its chain did without speaks against nothing, nor does a dry run', async () => {
  const chain = aChainJob({ id: 'nightly' });
  const history = new History([documents, chain]);
  const because = { code: 'chain', text: '"dump" succeeded, but a failure was wanted', alsoStandsFor: null } as const;
  const passed: RunChange = { state: 'skipped', because };
  const self = history.processTable.self();
  await history.run(documents, 10 * hour, { state: 'succeeded', verification });
  const plan = aPlan({ job: documents, options: { dryRun: true } });
  await history.run(documents, 6 * hour, passed, self, { plan });
  expect(codes(await history.of(documents))).toEqual(['protected']);
  const good = await history.run(chain, 5 * hour, { state: 'succeeded' });
  await history.run(documents, 5 * hour, passed, self, { parent: good.id });
  expect(codes(await history.of(documents))).toEqual(['protected']);
  const bad = await history.run(chain, 4 * hour, { state: 'failed' });
  await history.run(documents, 4 * hour, passed, self, { parent: bad.id });
  expect(codes(await history.of(documents))).toEqual(['at-risk', 'skipped']);
});

test('a job without a repository has its line, and no protection', async () => {
  const history = new History();
  await history.run(command, hour, { state: 'succeeded' });
  expect(await history.of(command)).toMatchObject({ repository: '', protection: undefined, standing: 'good' });
  expect((await gatherStatus(history, [], now)).map(({ job }) => job.id)).toEqual(['documents', 'check', 'tidy']);
});

test('a run whose process died is left behind; one whose process lives is not, nor one that waits for its start', async () => {
  const leftBehind = async (owner: ProcessIdentity, history: History): Promise<boolean> => {
    await history.run(documents, 30_000, undefined, owner);
    return (await history.of(documents)).leftBehind;
  };
  const living = new History();
  expect(await leftBehind(living.processTable.start(7), living)).toBe(false);
  const dead = new History();
  const gone = dead.processTable.start(7);
  dead.processTable.end(7);
  expect(await leftBehind(gone, dead)).toBe(true);
  const waiting = new History();
  await waiting.store.enqueue(
    aNewRun({ slot: 's', slotAt: now - hour, queuedAt: now - hour, plan: aPlan({ job: documents }) }),
  );
  expect(await waiting.of(documents)).toMatchObject({ leftBehind: false, lastAttempt: undefined });
});

const waitingRun = (hoursAgo: number) => {
  const at = now - hoursAgo * hour;
  return aNewRun({ id: 'r-WAITING000000000', slot: 's', slotAt: at, queuedAt: at, plan: aPlan({ job: documents }) });
};

test('what waits for its start is due; for long, it is late', async () => {
  const history = new History();
  await history.run(documents, 10 * hour, { state: 'succeeded', verification });
  await history.store.enqueue(waitingRun(0.5));
  expect(await history.of(documents)).toMatchObject({
    protection: 'protected',
    next: { isDue: true },
    owedSince: now - hour / 2,
  });
  const late = new History();
  await late.run(documents, 10 * hour, { state: 'succeeded', verification });
  await late.store.enqueue(waitingRun(2));
  expect(codes(await late.of(documents))).toEqual(['at-risk', 'late']);
});

test('what works goes before what waits behind it', async () => {
  const history = new History();
  const running = await history.run(documents, 30_000, undefined, history.processTable.start(7));
  await history.store.enqueue(waitingRun(0));
  expect(await history.of(documents)).toMatchObject({
    lastAttempt: { id: running.id },
    leftBehind: false,
    next: { isDue: true },
  });
});

test('a slot that nobody has accounted for is owed from the cursor on; without one nothing is', async () => {
  const history = new History();
  await history.run(documents, 30 * hour, { state: 'succeeded', verification });
  expect((await history.of(documents)).next).toEqual({ at: Date.UTC(2026, 0, 15, 2), isDue: false });
  await history.store.account([{ job: documents.id, from: undefined, until: now - day, runs: [] }]);
  const owed = await history.of(documents);
  expect(owed.next).toEqual({ at: Date.UTC(2026, 0, 14, 2), isDue: true });
  expect(codes(owed)).toEqual(['at-risk', 'late']);
});

test('a slot that was missed is told until the next success', async () => {
  const history = new History();
  await history.run(documents, 30 * hour, { state: 'succeeded', verification });
  const because = { code: 'catch-up', text: 'Nobody was there to start it', alsoStandsFor: null } as const;
  const missed = { ...waitingRun(10), end: { outcome: 'missed', because } as const };
  await history.store.account([{ job: documents.id, from: undefined, until: now, runs: [missed] }]);
  expect(codes(await history.of(documents))).toEqual(['at-risk', 'missed']);
  await history.run(documents, hour, { state: 'succeeded', verification });
  expect(codes(await history.of(documents))).toEqual(['protected']);
});

const passedOver = (hoursAgo: number, code: 'window' | 'catch-up') =>
  ({
    ...waitingRun(hoursAgo),
    id: `r-PASSED${String(hoursAgo).padStart(11, '0')}`,
    slot: `s-${hoursAgo}`,
    end: { outcome: 'missed', because: { code, text: code, alsoStandsFor: null } },
  }) as const;

test('a slot outside of the windows is as the configuration has it; one before it that was missed is told', async () => {
  const windows = [calendar.parsePeriod('03:00-04:00')];
  const narrow = aJob({ schedules: [{ ...calendar.parse('hourly', 'UTC'), windows }] });
  const history = new History([narrow]);
  await history.run(narrow, 9 * hour, { state: 'succeeded', verification });
  await history.store.record([passedOver(2, 'window'), passedOver(1, 'window')]);
  expect(codes(await history.of(narrow))).toEqual(['protected']);
  await history.store.record([passedOver(3, 'catch-up')]);
  expect(codes(await history.of(narrow))).toEqual(['at-risk', 'missed']);
});

test('windows that never open again are told', async () => {
  const windows = [calendar.parsePeriod('2025-01-01/2025-01-02')];
  const never = aJob({ schedules: [{ ...daily, windows }] });
  const history = new History([never]);
  await history.run(never, 20 * hour, { state: 'succeeded', verification });
  await history.store.record([passedOver(1, 'window')]);
  expect(codes(await history.of(never))).toEqual(['at-risk', 'missed']);
});

test('a job that never succeeded is stale since it was first wanted, however often it was tried since', async () => {
  const history = new History();
  for (let ageDays = 5; ageDays > 0; ageDays -= 1) await history.run(documents, ageDays * day, { state: 'failed' });
  expect(await history.of(documents)).toMatchObject({ stale: true, standing: 'bad', protection: 'unprotected' });
  const fresh = new History();
  await fresh.run(documents, day, { state: 'failed' });
  expect(await fresh.of(documents)).toMatchObject({ stale: false });
  const passed = new History();
  await passed.store.record([passedOver(50, 'catch-up'), passedOver(1, 'catch-up')]);
  expect(await passed.of(documents)).toMatchObject({ stale: true });
});

test('what alone says how stale jobs are agrees with how they stand', async () => {
  for (const [ageHours, state] of [
    [10, 'succeeded'],
    [99, 'succeeded'],
    [99, 'failed'],
    [1, 'failed'],
  ] as const) {
    const history = new History();
    await history.run(documents, 2 * hour, { state: 'warning', suspicions: ['empty'] });
    await history.run(documents, ageHours * hour, { state });
    await history.run(documents, hour, { state: 'succeeded' }, undefined, {
      plan: aPlan({ job: documents, options: { dryRun: true } }),
    });
    const jobs = [...history.configuration.jobs.values()];
    const pick = ({ job, repository, lastSuccess, stale }: Awaited<ReturnType<typeof stalenessOf>>[number]) => [
      job.id,
      repository,
      lastSuccess?.id,
      stale,
    ];
    const alone = (await stalenessOf(history, jobs, now)).map(pick);
    expect(alone).toEqual((await gatherStatus(history, [], now)).map(pick));
    expect(alone[0]?.at(-1)).toBe(ageHours === 99);
  }
});

test('names that are not there, and a configuration without jobs', async () => {
  await expect(gatherStatus(new History(), ['nope'], now)).rejects.toMatchObject({ code: 'usage.unknown-job' });
  await expect(gatherStatus(new History([]), [], now)).rejects.toMatchObject({ code: 'config.no-jobs' });
});
