import {
  baseTag,
  isDatedAhead,
  jobOfTags,
  pinOfTags,
  type DurationMs,
  type ForgetDecision,
  type ForgetPlan,
  type Instant,
  type PlanForget,
  type RetentionPolicy,
  type Snapshot,
} from '@umbracore/contracts';
import { periodsIn, type Period, type Periods } from './periods.ts';

/**
 * Decides about every snapshot of a job of ours, each job for itself, whatever host and paths. The rules are restic's, so that
 * `restic forget` with the same numbers removes the same: the newest snapshot of each period is counted, and while a rule has
 * not found as many as it may, it keeps the oldest snapshot too.
 */
export const planForget: PlanForget = (snapshots, policy, now) => {
  const ours = snapshots.flatMap((snapshot): readonly OurSnapshot[] => {
    const job = jobOfTags(snapshot.tags);
    return job === undefined ? [] : [{ ...snapshot, job }];
  });
  const jobs = new Set(ours.map(({ job }) => job));
  const periods = periodsIn(policy.zone);
  return [...jobs]
    .flatMap((job) =>
      planJob(
        ours.filter((snapshot) => snapshot.job === job),
        { policy, periods, now },
      ),
    )
    .sort((a, b) => -newestFirst(a, b));
};

interface OurSnapshot extends Snapshot {
  readonly job: string;
}

interface Planning {
  readonly policy: RetentionPolicy;
  readonly periods: Periods;
  readonly now: Instant;
}

function planJob(snapshots: readonly OurSnapshot[], { policy, periods, now }: Planning): ForgetPlan {
  const isPlausible = (snapshot: Snapshot): boolean => !isDatedAhead(snapshot, now);
  const counted = snapshots
    .filter(isPlausible)
    .sort((a, b) => newestFirst({ ...a, snapshot: a.id }, { ...b, snapshot: b.id }));
  const strange = snapshots.filter((snapshot) => !isPlausible(snapshot));
  const reasonsFor = isEmpty(policy) ? () => ['the policy has no rules'] : keeper(policy, periods, counted);
  return [
    ...strange.map((snapshot) => decision(snapshot, ['dated in the future, so no rule counts it'])),
    ...counted.map((snapshot, index) => decision(snapshot, reasonsFor(snapshot, index))),
  ];
}

const decision = ({ id, time, job }: OurSnapshot, reasons: readonly string[]): ForgetDecision => ({
  snapshot: id,
  time,
  job,
  keep: reasons.length > 0,
  reasons: reasons.length > 0 ? reasons : ['no rule keeps it'],
});

/** A policy that says nothing must not be taken for one that says "everything but the newest". */
const isEmpty = ({ last, hourly, daily, weekly, monthly, yearly, withinMs = 0, tags }: RetentionPolicy): boolean =>
  [last, hourly, daily, weekly, monthly, yearly, withinMs].every((count) => !(count > 0)) && tags.length === 0;

/** What keeps each snapshot. To be asked for one after the other, the newest first. */
function keeper(
  policy: RetentionPolicy,
  periods: Periods,
  snapshots: readonly OurSnapshot[],
): (snapshot: OurSnapshot, index: number) => readonly string[] {
  const counters = countersOf(policy, periods);
  const minimum = Math.max(1, policy.minimum);
  const withinMs = policy.withinMs ?? 0;
  const [newest] = snapshots;
  const { length } = snapshots;
  const base = baseInUse(snapshots);
  return ({ id, time, tags }, index) => [
    ...counters.flatMap((count) => count(time, index, index === length - 1) ?? []),
    ...(newest !== undefined && time > newest.time - withinMs ? [`within ${lengthOf(withinMs)} of the newest`] : []),
    ...tags.filter((tag) => policy.tags.includes(tag)).map((tag) => `tagged ${tag}`),
    ...(pinOfTags(tags) === undefined ? [] : ['pinned']),
    ...(id === base ? ['differential runs are compared with it'] : []),
    ...(index < minimum ? [`one of the ${minimum} that always stay`] : []),
  ];
}

/** The base that the newest snapshot was compared with, or that it is. */
function baseInUse(newestFirst: readonly OurSnapshot[]): string | undefined {
  const [newest] = newestFirst;
  const base = newestFirst.find(({ tags }) => tags.includes(baseTag));
  return base !== undefined && (base === newest || base.id === newest?.parent) ? base.id : undefined;
}

/** Tells why its rule keeps a snapshot; undefined if it does not. */
type Counter = (time: Instant, index: number, isOldest: boolean) => string | undefined;

function countersOf(policy: RetentionPolicy, periods: Periods): readonly Counter[] {
  const byPeriod = (name: Period): Counter => counter(name, policy[name], (time) => periods[name](time));
  return [
    counter('last', policy.last, (_, index) => `${index}`),
    ...(['hourly', 'daily', 'weekly', 'monthly', 'yearly'] as const).map(byPeriod),
  ];
}

function counter(name: string, wanted: number, periodOf: (time: Instant, index: number) => string): Counter {
  let found = 0;
  let latest: string | undefined;
  return (time, index, isOldest) => {
    if (!(found < wanted)) return undefined;
    const period = periodOf(time, index);
    const isNew = period !== latest;
    if (!isNew && !isOldest) return undefined;
    latest = period;
    found += 1;
    return `${name} snapshot ${found} of ${wanted}${isNew ? '' : ', as the oldest one'}`;
  };
}

/** Snapshots of the same instant have an order too, so that a plan does not depend on the one they are listed in. */
const newestFirst = (
  a: Pick<ForgetDecision, 'time' | 'snapshot'>,
  b: Pick<ForgetDecision, 'time' | 'snapshot'>,
): number => b.time - a.time || (a.snapshot < b.snapshot ? -1 : Number(a.snapshot > b.snapshot));

const units = [
  ['day', 86_400_000],
  ['hour', 3_600_000],
  ['minute', 60_000],
] as const;

function lengthOf(ms: DurationMs): string {
  const [unit, size] = units.find(([, length]) => ms % length === 0) ?? (['second', 1000] as const);
  const count = ms / size;
  return `${count} ${unit}${count === 1 ? '' : 's'}`;
}
