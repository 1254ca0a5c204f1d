import { forgottenAt, isLiftedByAgreement, jobOfTags, removableOf } from '@umbracore/contracts';
import type {
  Ability,
  ForgetJobDefinition,
  ForgetOutlook,
  ForgetPlan,
  Instant,
  JobId,
  RepositoryDefinition,
  RepositoryName,
  RunId,
  RunRecord,
  Snapshot,
  StateStore,
} from '@umbracore/contracts';
import { makerOf } from '../comparison.ts';
import type { CoordinatorPorts } from '../ports.ts';
import { objectionsTo, type Recorded } from './forget-guard.ts';
import { agreedOnly, inOrder, planMarked, planWithoutDoubt } from './forget-plan.ts';
import { knownDamage } from './known-damage.ts';
import { originsOf } from './snapshot-origins.ts';

/** Whose snapshots in which repository are looked at. */
export interface ForgetQuestion {
  readonly job: ForgetJobDefinition;
  readonly repository: RepositoryDefinition;
  /** Everything that the repository lists. */
  readonly present: readonly Snapshot[];
  /** What the backend of the repository can. */
  readonly supports: ReadonlySet<Ability>;
  /** Only snapshots of these jobs, of those that the forget job takes. */
  readonly only?: readonly JobId[] | undefined;
  /** What somebody has seen and agreed to; undefined if nobody has. */
  readonly agreed?: readonly string[] | undefined;
  /** The run that asks: its own record says nothing about the clock. */
  readonly run?: RunId | undefined;
}

export type OutlookPorts = Pick<CoordinatorPorts, 'store' | 'repositories' | 'clock' | 'damage'>;

/** What goes, what stays and what is held back: the one value that is shown and that is acted upon. */
export async function forgetOutlook(
  { store, repositories, clock, damage }: OutlookPorts,
  { job, repository, present, supports, only = [], agreed, run }: ForgetQuestion,
): Promise<ForgetOutlook> {
  const snapshots = present.filter(
    ({ tags }) => isChosen(jobOfTags(tags), job.jobs) && isChosen(jobOfTags(tags), only),
  );
  const origins = await originsOf(store, snapshots);
  const now = clock.now();
  const unmarked = snapshots.filter(({ tags }) => forgottenAt(tags) === undefined);
  const whole = inOrder(
    planMarked(snapshots, job.policy, now),
    planWithoutDoubt(unmarked, origins, (some) => repositories.planForget(some, job.policy, now)),
  );
  const plan = agreed === undefined ? whole : agreedOnly(whole, agreed);
  const found = objectionsTo(plan, {
    job: job.id,
    policy: job.policy,
    snapshots,
    origins,
    ...(await historyFacts(store, job, repository.name, jobsIn(plan))),
    latest: await latestRecorded(store, run),
    damage: await knownDamage({ store, damage }, repository, supports),
    now,
  });
  const objections = agreed === undefined ? found : found.filter((objection) => !isLiftedByAgreement(objection));
  const removable = removableOf(plan, objections);
  const untouched = present.length - snapshots.length;
  return { job: job.id, repository: repository.name, policy: job.policy, plan, objections, removable, untouched };
}

/** True for a job that is named, or for any if none is. */
export const isChosen = (job: string | undefined, jobs: readonly string[]): boolean =>
  job !== undefined && (jobs.length === 0 || jobs.includes(job));

/** The jobs that lose something. */
const jobsIn = (plan: ForgetPlan): ReadonlySet<JobId> => new Set(plan.flatMap(({ job, keep }) => (keep ? [] : [job])));

/** So many runs are looked through for one in earnest. */
const runsAsked = 100;

async function historyFacts(
  store: StateStore,
  forget: ForgetJobDefinition,
  repository: RepositoryName,
  jobs: ReadonlySet<JobId>,
) {
  const states = ['succeeded'] as const;
  const forgets = await store.runs({ repository, states, kinds: ['forget'], limit: runsAsked });
  const firstSeen = (await store.firstSeen()).get(forget.id);
  const lastGood = new Map<JobId, { readonly run: RunId; readonly snapshot: string }>();
  const newSince = new Map<JobId, Instant>();
  for (const job of jobs) {
    const backups = await store.runs({ job, repository, states, kinds: ['backup'], limit: runsAsked });
    const last = backups.find((run) => isInEarnest(run) && run.snapshot !== null);
    if (last !== undefined && last.snapshot !== null)
      lastGood.set(job, { run: makerOf(last), snapshot: last.snapshot });
    const since = forgets.find((run) => isInEarnest(run) && concerns(run, job))?.queuedAt ?? firstSeen;
    if (since !== undefined) newSince.set(job, since);
  }
  return { lastGood, newSince };
}

const isInEarnest = ({ plan }: RunRecord): boolean => plan.options.dryRun !== true;

const concerns = ({ plan }: RunRecord, job: JobId): boolean =>
  plan.job.kind === 'forget' && isChosen(job, plan.job.jobs);

/** Of the runs that were asked for last. */
async function latestRecorded(store: StateStore, own: RunId | undefined): Promise<Recorded | undefined> {
  const runs = (await store.runs({ limit: runsAsked })).filter(({ id }) => id !== own);
  const all = runs.map(({ id, queuedAt, startedAt, finishedAt }) => ({
    run: id,
    at: Math.max(queuedAt, startedAt ?? 0, finishedAt ?? 0),
  }));
  return all.reduce<Recorded | undefined>(
    (last, one) => (last === undefined || one.at > last.at ? one : last),
    undefined,
  );
}
