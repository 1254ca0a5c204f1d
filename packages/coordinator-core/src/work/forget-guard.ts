import { forgottenAt, jobOfTags, pinOfTags, runOfTags } from '@umbracore/contracts';
import type {
  ForgetObjection,
  ForgetObjectionCode,
  ForgetPlan,
  Instant,
  JobId,
  RetentionPolicy,
  RunId,
  Snapshot,
} from '@umbracore/contracts';
import type { KnownDamage } from './known-damage.ts';
import { clockSlackMs, type Origins } from './snapshot-origins.ts';

/** Something that the history has with the instant that it was recorded at. */
export interface Recorded {
  readonly run: RunId;
  readonly at: Instant;
}

/** What the guard looks at beside the plan. */
export interface ForgetFacts {
  /** The forget job. */
  readonly job: JobId;
  readonly policy: Pick<RetentionPolicy, 'minimum' | 'rail'>;
  /** What the plan was made for, as the repository lists it. */
  readonly snapshots: readonly Snapshot[];
  readonly origins: Origins;
  /** The last good backup of each job to this repository, with the snapshot that it made. */
  readonly lastGood: ReadonlyMap<JobId, { readonly run: RunId; readonly snapshot: string }>;
  /** Since when snapshots of each job are new: as many as are may go without anybody looking. Absent: all that are recorded. */
  readonly newSince: ReadonlyMap<JobId, Instant>;
  /** The latest instant that the history has. */
  readonly latest: Recorded | undefined;
  readonly damage: KnownDamage | undefined;
  readonly now: Instant;
}

/**
 * What speaks against carrying out a plan, whoever made it. Removing is the one thing that cannot be done again, so what the plan
 * was made from is looked at once more.
 */
export function objectionsTo(plan: ForgetPlan, facts: ForgetFacts): readonly ForgetObjection[] {
  const general = [...planFaults(plan, facts.snapshots)];
  if (general.length > 0 || plan.every(({ keep }) => keep)) return general;
  const going = new Set(plan.flatMap(({ snapshot, keep }) => (keep ? [] : [snapshot])));
  const jobs = new Set(plan.flatMap(({ job, keep }) => (keep ? [] : [job])));
  return [
    ...damageIn(facts),
    ...clockFaults(facts),
    ...[...jobs].flatMap((job) => {
      const snapshots = facts.snapshots.filter(({ tags }) => jobOfTags(tags) === job);
      return objectionsOfJob({ job, snapshots, isGoing: ({ id }) => going.has(id) }, facts);
    }),
  ];
}

const lookAtPlan = 'Look at the plan in the log of the run and at the snapshots, then correct the policy or the clock.';

function planFaults(plan: ForgetPlan, snapshots: readonly Snapshot[]): readonly ForgetObjection[] {
  const jobs = new Map(snapshots.map(({ id, tags }) => [id, jobOfTags(tags)]));
  const fault = (text: string): readonly ForgetObjection[] => [{ code: 'plan', job: null, text, hint: lookAtPlan }];
  const stranger = plan.find(({ snapshot, job }) => jobs.get(snapshot) !== job);
  if (stranger !== undefined) {
    return fault(`the plan names ${stranger.snapshot}, which is no snapshot of ${stranger.job}`);
  }
  const named = new Set(plan.map(({ snapshot }) => snapshot));
  return named.size < plan.length ? fault('the plan decides twice about a snapshot') : [];
}

const damageIn = ({ damage }: ForgetFacts): readonly ForgetObjection[] =>
  damage === undefined ? [] : [{ code: 'damaged', job: null, text: damage.what, hint: damage.hint }];

function clockFaults({ latest, now, job }: ForgetFacts): readonly ForgetObjection[] {
  if (latest === undefined || latest.at <= now + clockSlackMs) return [];
  const text = `the clock was set back: run ${latest.run} was recorded at ${new Date(latest.at).toISOString()}`;
  return [
    { code: 'clock', job: null, text, hint: `Set the clock right, or look what would go: \`umbra forget ${job}\`.` },
  ];
}

/** What was marked earlier is as good as gone: nothing may rely on it, unless it is pinned. */
const isMarked = ({ tags }: Snapshot): boolean => forgottenAt(tags) !== undefined && pinOfTags(tags) === undefined;

/** All snapshots of one job. */
interface OfJob {
  readonly job: JobId;
  readonly snapshots: readonly Snapshot[];
  readonly isGoing: (snapshot: Snapshot) => boolean;
}

function objectionsOfJob(of: OfJob, facts: ForgetFacts): readonly ForgetObjection[] {
  const { job } = of;
  const found: readonly (readonly [ForgetObjectionCode, string | undefined, string])[] = [
    ['pinned', pinnedGoing(of), lookAtPlan],
    ['quarantined', quarantinedGoing(of, facts), lookAtPlan],
    ['open', openGoing(of, facts), 'Wait until the run has ended.'],
    ['minimum', tooFew(of, facts), lookAtPlan],
    ['unproven', withoutSuccessor(of, facts), `Let \`umbra run ${job}\` make a good snapshot first.`],
    ['missing', missing(of, facts), `Find out who removed it, and let \`umbra run ${job}\` make another one.`],
    ['rail', beyondRail(of, facts), `See what goes, and agree to it: \`umbra forget ${facts.job}\`.`],
  ];
  return found.flatMap(([code, text, hint]) => (text === undefined ? [] : [{ code, job, text, hint }]));
}

function pinnedGoing({ job, snapshots, isGoing }: OfJob): string | undefined {
  const pinned = snapshots.find((snapshot) => isGoing(snapshot) && pinOfTags(snapshot.tags) !== undefined);
  return pinned && `${pinned.shortId} of ${job} is pinned`;
}

const isQuarantined = ({ id, time }: Snapshot, { origins, now }: ForgetFacts): boolean =>
  time > now + clockSlackMs || origins.get(id)?.oddTime !== undefined;

function quarantinedGoing({ job, snapshots, isGoing }: OfJob, facts: ForgetFacts): string | undefined {
  const odd = snapshots.find((snapshot) => isGoing(snapshot) && isQuarantined(snapshot, facts));
  return odd && `${odd.shortId} of ${job} is dated ${new Date(odd.time).toISOString()}, which cannot be right`;
}

function openGoing({ job, snapshots, isGoing }: OfJob, { origins }: ForgetFacts): string | undefined {
  const open = snapshots.find((snapshot) => isGoing(snapshot) && origins.get(snapshot.id)?.reputation === 'open');
  return open && `the run of ${open.shortId} of ${job} has not ended`;
}

/** Good ones are counted, as far as there are any: a hundred partial ones are no minimum. */
function tooFew({ job, snapshots, isGoing }: OfJob, { origins, policy }: ForgetFacts): string | undefined {
  const goes = (snapshot: Snapshot): boolean => isGoing(snapshot) || isMarked(snapshot);
  if (snapshots.every(goes)) return `no snapshot of ${job} would stay`;
  const good = snapshots.filter(({ id }) => origins.get(id)?.reputation === 'good');
  const [counted, word] = good.length === 0 ? [snapshots, ''] : [good, 'good '];
  const stay = counted.filter((snapshot) => !goes(snapshot)).length;
  const minimum = Math.max(1, policy.minimum);
  return !counted.some(isGoing) || stay >= minimum
    ? undefined
    : `only ${stay} of ${counted.length} ${word}snapshots of ${job} would stay, and ${minimum} have to`;
}

/** Each one that goes needs a newer one that stays and is as good: a partial one is no reason to let a good one go. */
function withoutSuccessor({ job, snapshots, isGoing }: OfJob, facts: ForgetFacts): string | undefined {
  const reputationOf = ({ id }: Snapshot) => facts.origins.get(id)?.reputation;
  const staying = snapshots.filter(
    (snapshot) => !isGoing(snapshot) && !isMarked(snapshot) && !isQuarantined(snapshot, facts),
  );
  const newestOf = (some: readonly Snapshot[]): Instant => some.reduce((latest, { time }) => Math.max(latest, time), 0);
  const newestGood = newestOf(staying.filter((snapshot) => reputationOf(snapshot) === 'good'));
  const newestEnded = newestOf(staying.filter((snapshot) => reputationOf(snapshot) !== 'open'));
  const alone = snapshots.find(
    (snapshot) => isGoing(snapshot) && snapshot.time > (reputationOf(snapshot) === 'good' ? newestGood : newestEnded),
  );
  return alone && `no newer snapshot of ${job} that stays is as good as ${alone.shortId}`;
}

function missing({ job, snapshots }: OfJob, { lastGood }: ForgetFacts): string | undefined {
  const last = lastGood.get(job);
  if (last === undefined) return undefined;
  const isIt = ({ id, original, tags }: Snapshot): boolean =>
    runOfTags(tags) === last.run || id === last.snapshot || original === last.snapshot;
  if (snapshots.some(isIt)) return undefined;
  return `the snapshot ${last.snapshot.slice(0, 8)} of the last good run of ${job}, ${last.run}, is not in the repository`;
}

function beyondRail({ job, snapshots, isGoing }: OfJob, facts: ForgetFacts): string | undefined {
  const { policy, origins, newSince } = facts;
  if (policy.rail === undefined) return undefined;
  const since = newSince.get(job) ?? -Infinity;
  const added = snapshots.filter(({ id, time }) => origins.get(id)?.isRecorded === true && time > since).length;
  const allowed = Math.max(1, Math.floor(snapshots.length * policy.rail)) + added;
  // What was marked was let through when it was.
  const going = snapshots.filter((snapshot) => isGoing(snapshot) && !isMarked(snapshot)).length;
  return going <= allowed
    ? undefined
    : `${going} of ${snapshots.length} snapshots of ${job} would go, and unseen only ${allowed} may at once`;
}
