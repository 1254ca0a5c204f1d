import {
  runStates,
  type Calendar,
  type Instant,
  type LookedAt,
  type RunRecord,
  type RunState,
  type StateStore,
} from '@umbracore/contracts';
import { drillStanding, isMended, savesData, type ProtectionFacts } from '@umbracore/coordinator-core';
import { countsAsPassedOver, wantedSince } from './wanted.ts';
import { depth, isReal, isRealSuccess, type PastQuestion, type PastSources } from './past-question.ts';

/** Good runs that are older than this and unproven count as long unproven: see `judge`. */
const longMs = 90 * 86_400_000;

export const good: readonly RunState[] = ['succeeded', 'warning'];
const real: readonly RunState[] = [...good, 'failed'];
const ended: readonly RunState[] = [...real, 'cancelled'];
const passedOver: readonly RunState[] = ['skipped', 'missed'];

/** A run of each job and repository that had any. */
type ByPlace = ReadonlyMap<string, RunRecord>;

/** The newest runs of all jobs: they answer for nearly every one of them. */
export interface Latest {
  readonly good: ByPlace;
  readonly ended: ByPlace;
  readonly passedOver: ByPlace;
  /** Whatever became of them. */
  readonly any: ByPlace;
  /** Those of `ended` that looked at a repository. */
  readonly checks: readonly RunRecord[];
  /** The newest drills in each repository that had any. */
  readonly drills: ReadonlyMap<string, readonly RunRecord[]>;
}

export const placeOf = ({ job, repository }: Own): string => `${job}\n${repository}`;

export const byPlace = (runs: readonly RunRecord[]): ByPlace => new Map(runs.map((run) => [placeOf(run), run]));

export async function latestRuns(store: StateStore): Promise<Latest> {
  const endedRuns = await store.latest(ended);
  return {
    good: byPlace(await store.latest(good)),
    ended: byPlace(endedRuns),
    passedOver: byPlace(await store.latest(passedOver)),
    any: byPlace(await store.latest(runStates)),
    checks: endedRuns.filter((run) => run.report?.kind === 'check'),
    drills: await drillsOf(store, endedRuns),
  };
}

/** So many drills back a proof is looked for: with many jobs not every drill tries each of them. */
const drillDepth = 30;

async function drillsOf(store: StateStore, ended: readonly RunRecord[]): Promise<Latest['drills']> {
  const drilled = new Set(ended.flatMap(({ plan, repository }) => (plan.job.kind === 'drill' ? [repository] : [])));
  const found = new Map<string, readonly RunRecord[]>();
  for (const repository of drilled) {
    found.set(repository, await store.runs({ repository, kinds: ['drill'], states: real, limit: drillDepth }));
  }
  return found;
}

export type Past = Pick<
  ProtectionFacts,
  'lastSuccess' | 'lastEnded' | 'lastPassedOver' | 'wantedSince' | 'provenAt' | 'unprovenSince' | 'damage' | 'drills'
>;

/** What history says of one job and repository. Only behind a dry run or an unverified one earlier runs are read. */
export async function pastOf(
  sources: PastSources,
  latest: Latest,
  question: PastQuestion & { readonly mended: readonly LookedAt[] },
): Promise<Past> {
  const { store, configuration, calendar } = sources;
  const { job, repository, now, mended } = question;
  const own = { job: job.id, repository };
  const place = placeOf(own);
  const proves = savesData(job) ? [isVerified] : [];
  const [lastSuccess, lastVerified] = await newest(store, latest.good.get(place), { ...own, states: good }, [
    isRealSuccess,
    ...proves,
  ]);
  const lastEnded = await lastEndedOf(store, latest, own);
  const isCheck = (run: RunRecord): boolean => configuration.jobs.get(run.job)?.kind === 'check';
  const check = latest.checks.find((run) => run.repository === repository && isCheck(run));
  const isDamaged = check?.report?.kind === 'check' && !check.report.sound && !isMended(check, mended);
  const drills = drillStanding(savesData(job) ? (latest.drills.get(repository) ?? []) : [], job);
  const checkedSince = await checkedAt(store, own, check, lastSuccess);
  const proofs = [lastVerified?.verification?.finishedAt, checkedSince, drills.proof?.at];
  const provenAt = proofs.filter((at) => at !== undefined).sort((one, other) => other - one)[0];
  const unprovenSince =
    provenAt ?? (savesData(job) && lastSuccess !== undefined ? await oldGood(store, own, now) : undefined);
  const passed = { first: latest.passedOver.get(place), after: lastSuccess };
  const isKnown = latest.any.has(place);
  return {
    lastSuccess,
    lastEnded,
    lastPassedOver: await passedOverOf(store, calendar, question, passed),
    wantedSince: lastSuccess === undefined && isKnown ? await wantedSince(sources, question) : undefined,
    provenAt,
    unprovenSince,
    damage: isDamaged ? check : undefined,
    drills,
  };
}

/** As much of the past as says whether a job is stale. */
export async function shortPastOf(
  sources: PastSources,
  latest: Pick<Latest, 'good' | 'any'>,
  question: PastQuestion,
): Promise<Pick<Past, 'lastSuccess' | 'wantedSince'>> {
  const own = { job: question.job.id, repository: question.repository };
  const first = latest.good.get(placeOf(own));
  const isKnown = latest.any.has(placeOf(own));
  const [lastSuccess] = await newest(sources.store, first, { ...own, states: good }, [isRealSuccess]);
  const neverWentWell = lastSuccess === undefined && isKnown;
  return { lastSuccess, wantedSince: neverWentWell ? await wantedSince(sources, question) : undefined };
}

async function lastEndedOf(store: StateStore, latest: Latest, own: Own): Promise<RunRecord | undefined> {
  const [last] = await newest(store, latest.ended.get(placeOf(own)), { ...own, states: ended }, [isReal]);
  return last;
}

const isVerified = (run: RunRecord): boolean => run.verification?.ok === true;

interface Own {
  readonly job: string;
  readonly repository: string;
}

/** For each question the newest run that answers it. */
async function newest(
  store: StateStore,
  first: RunRecord | undefined,
  query: Own & { readonly states: readonly RunState[]; readonly since?: Instant | undefined },
  questions: readonly ((run: RunRecord) => boolean)[],
): Promise<readonly (RunRecord | undefined)[]> {
  if (first === undefined) return [];
  const answersAll = questions.every((fits) => fits(first));
  const found = answersAll ? [first] : await store.runs({ ...query, limit: depth });
  return questions.map((fits) => found.find(fits));
}

/**
 * The last slot that was passed over in earnest. A branch that its chain did without, and ended well, was not needed, and a slot
 * outside of the windows is not wanted. What lies before the last success does not matter any more.
 */
async function passedOverOf(
  store: StateStore,
  calendar: Calendar,
  { job, repository, now }: PastQuestion,
  { first, after }: { readonly first: RunRecord | undefined; readonly after: RunRecord | undefined },
): Promise<RunRecord | undefined> {
  const query = { job: job.id, repository, states: passedOver, since: after?.queuedAt };
  const counts = countsAsPassedOver(job, calendar, now);
  const [passed] = await newest(store, first, query, [(run) => isReal(run) && counts(run)]);
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
    (await store.runs({ ...own, states: good, until: began, limit: depth })).some(isReal);
  return savedBefore ? (check.finishedAt ?? undefined) : undefined;
}

const oldGood = async (store: StateStore, own: Own, now: Instant): Promise<Instant | undefined> =>
  (await store.runs({ ...own, states: good, until: now - longMs, limit: depth })).find(isReal)?.queuedAt;
