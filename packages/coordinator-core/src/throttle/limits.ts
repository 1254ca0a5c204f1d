import type {
  EngineLimits,
  EnginePriority,
  ThrottleLimits,
  ThrottlePolicy,
  ThrottleWish,
  ThrottleWords,
} from '@umbracore/contracts';

/** What a policy comes to with those of its rules that hold. */
export function limitsSaid({ base, rules }: ThrottlePolicy, holds: readonly boolean[]): ThrottleLimits {
  const inForce = rules.filter((_, index) => holds[index] === true);
  return spoken(inForce.reduce<ThrottleWords>((words, rule) => ({ ...words, ...rule.words }), base));
}

/** What somebody wants goes before everything else. */
export const withWish = (limits: ThrottleLimits, wish: ThrottleWish): ThrottleLimits =>
  wish === null ? limits : spoken({ ...limits, ...wish });

/** Null says that nothing is held back. */
const spoken = (words: ThrottleWords): ThrottleLimits =>
  Object.fromEntries(Object.entries(words).filter(([, value]) => value !== null && value !== undefined));

const gentleness: Readonly<Record<EnginePriority, number>> = { normal: 0, low: 1, idle: 2 };

const gentler = (one: EnginePriority | undefined, other: EnginePriority | undefined): EnginePriority | undefined =>
  gentleness[one ?? 'normal'] >= gentleness[other ?? 'normal'] ? one : other;

export const lower = (one: number | undefined, other: number | undefined): number | undefined =>
  one === undefined || other === undefined ? (one ?? other) : Math.min(one, other);

/** Whatever any of them asks for holds. */
export const strictest = (all: readonly ThrottleLimits[]): ThrottleLimits =>
  all.reduce<ThrottleLimits>(
    (one, other) => ({
      cpuShare: lower(one.cpuShare, other.cpuShare),
      priority: gentler(one.priority, other.priority),
      ioPriority: gentler(one.ioPriority, other.ioPriority),
      uploadBytesPerSecond: lower(one.uploadBytesPerSecond, other.uploadBytesPerSecond),
      downloadBytesPerSecond: lower(one.downloadBytesPerSecond, other.downloadBytesPerSecond),
      readConcurrency: lower(one.readConcurrency, other.readConcurrency),
      paused: one.paused === true || other.paused === true,
    }),
    {},
  );

/** True if an engine that works by one would have to be told of the other. */
export const differInFlight = (one: EngineLimits, other: EngineLimits): boolean =>
  (one.priority ?? 'normal') !== (other.priority ?? 'normal') ||
  (one.ioPriority ?? 'normal') !== (other.ioPriority ?? 'normal') ||
  one.cpuShare !== other.cpuShare;

export type Rate = 'uploadBytesPerSecond' | 'downloadBytesPerSecond';
export const rates: readonly Rate[] = ['uploadBytesPerSecond', 'downloadBytesPerSecond'];

/** Those of which a person has said something, be it that there is no limit. */
export const ratesSet = (wish: ThrottleWish): readonly Rate[] =>
  rates.filter((rate) => wish !== null && wish[rate] !== undefined);

/** What an engine was started with and keeps until its end, compared with what it should have. */
export function ratesCompared(
  has: EngineLimits,
  wanted: EngineLimits,
  wish: ThrottleWish,
): 'tighter' | 'looser' | 'same' {
  const pairs = rates.map((rate) => ({ rate, now: has[rate] ?? Infinity, next: wanted[rate] ?? Infinity }));
  if (pairs.some(({ now, next }) => next < now)) return 'tighter';
  // Less than twice as fast is not worth what a new start costs, but to a person who asks for it.
  const set = ratesSet(wish);
  const isWorthIt = ({ rate, now, next }: (typeof pairs)[number]): boolean => next >= now * 2 || set.includes(rate);
  return pairs.some((pair) => pair.next > pair.now && isWorthIt(pair)) ? 'looser' : 'same';
}

/** Only a person has an engine started again for it. */
export const readsOtherwise = (has: EngineLimits, wish: ThrottleWish): boolean =>
  wish?.readConcurrency !== undefined && (wish.readConcurrency ?? undefined) !== has.readConcurrency;
