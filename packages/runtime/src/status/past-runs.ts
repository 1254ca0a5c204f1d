import type { Configuration, Instant, JobDefinition, RunRecord, RunState, StateStore } from '@umbracore/contracts';
import { countsAsSuccess, type ProtectionFacts } from '@umbracore/coordinator-core';

/** How many runs back a real success and a successful verification are looked for. */
const depth = 100;
/** Good runs that are older than this and unproven count as long unproven: see `judge`. */
const longMs = 90 * 86_400_000;

const good: readonly RunState[] = ['succeeded', 'warning'];
const ended: readonly RunState[] = [...good, 'failed', 'cancelled'];
const passedOver: readonly RunState[] = ['skipped', 'missed'];

/** The newest runs of all jobs: they answer for nearly every one of them. */
export interface Latest {
  readonly good: readonly RunRecord[];
  readonly ended: readonly RunRecord[];
  readonly passedOver: readonly RunRecord[];
}

export async function latestRuns(store: StateStore): Promise<Latest> {
  return {
    good: await store.latest(good),
    ended: await store.latest(ended),
    passedOver: await store.latest(passedOver),
  };
}

export type Past = Pick<
  ProtectionFacts,
  'lastSuccess' | 'lastAttempt' | 'lastPassedOver' | 'provenAt' | 'unprovenSince' | 'damage'
>;

/** What history says of one job and repository. Only behind a dry run or an unverified one earlier runs are read. */
export async function pastOf(
  store: StateStore,
  { jobs }: Configuration,
  latest: Latest,
  { job, repository, now }: { readonly job: JobDefinition; readonly repository: string; readonly now: Instant },
): Promise<Past> {
  const own = { job: job.id, repository };
  const isOwn = (run: RunRecord): boolean => run.job === job.id && run.repository === repository;
  const proves = job.kind === 'backup' ? [isVerified] : [];
  const [lastSuccess, lastVerified] = await newest(store, latest.good.find(isOwn), { ...own, states: good }, [
    countsAsSuccess,
    ...proves,
  ]);
  const [lastAttempt] = await newest(store, latest.ended.find(isOwn), { ...own, states: ended }, [isReal]);
  const check = latest.ended.filter((run) => jobs.get(run.job)?.kind === 'check').find(isCheckOf(repository));
  const isDamaged = check?.report?.kind === 'check' && !check.report.sound;
  const proofs = [lastVerified?.verification?.finishedAt, await checkedAt(store, own, check, lastSuccess)];
  const provenAt = proofs.filter((at) => at !== undefined).sort((one, other) => other - one)[0];
  const unprovenSince =
    provenAt ?? (job.kind === 'backup' && lastSuccess !== undefined ? await oldGood(store, own, now) : undefined);
  const past = {
    lastSuccess,
    lastAttempt,
    lastPassedOver: await passedOverOf(store, latest.passedOver.find(isOwn), own),
  };
  return { ...past, provenAt, unprovenSince, damage: isDamaged ? check : undefined };
}

const isVerified = (run: RunRecord): boolean => run.verification?.ok === true;
const isReal = (run: RunRecord): boolean => run.plan.options.dryRun !== true;

const isCheckOf =
  (repository: string) =>
  (run: RunRecord): boolean =>
    run.repository === repository && run.report?.kind === 'check';

interface Own {
  readonly job: string;
  readonly repository: string;
}

/** For each question the newest run that answers it. */
async function newest(
  store: StateStore,
  first: RunRecord | undefined,
  query: Own & { readonly states: readonly RunState[] },
  questions: readonly ((run: RunRecord) => boolean)[],
): Promise<readonly (RunRecord | undefined)[]> {
  if (first === undefined) return [];
  const answersAll = questions.every((fits) => fits(first));
  const found = answersAll ? [first] : await store.runs({ ...query, limit: depth });
  return questions.map((fits) => found.find(fits));
}

/** The last slot that was passed over in earnest; a branch that its chain did without, and ended well, was not needed. */
async function passedOverOf(store: StateStore, first: RunRecord | undefined, own: Own): Promise<RunRecord | undefined> {
  const [passed] = await newest(store, first, { ...own, states: passedOver }, [isReal]);
  if (passed === undefined || passed.parent === null) return passed;
  const chain = await store.run(passed.parent);
  return chain?.state === 'succeeded' ? undefined : passed;
}

/** A check proves what was in the repository when it began: nothing, if the job had not saved anything yet. */
async function checkedAt(
  store: StateStore,
  own: Own,
  check: RunRecord | undefined,
  lastSuccess: RunRecord | undefined,
): Promise<Instant | undefined> {
  if (check?.report?.kind !== 'check' || !check.report.sound || lastSuccess === undefined) return undefined;
  const began = check.startedAt ?? check.queuedAt;
  const savedBefore =
    (lastSuccess.finishedAt ?? Infinity) <= began ||
    (await store.runs({ ...own, states: good, until: began, limit: 1 })).length > 0;
  return savedBefore ? (check.finishedAt ?? undefined) : undefined;
}

const oldGood = async (store: StateStore, own: Own, now: Instant): Promise<Instant | undefined> =>
  (await store.runs({ ...own, states: good, until: now - longMs, limit: 1 }))[0]?.queuedAt;
