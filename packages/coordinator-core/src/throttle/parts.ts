import type { EngineLimits } from '@umbracore/contracts';
import { fairShares } from './fair-shares.ts';
import type { Rate } from './limits.ts';

/** How a run takes part in what several share. */
export interface Sharing {
  /** Rates that it makes use of; it counts for nobody's part of the others. */
  readonly uses: readonly Rate[];
  /** It takes no more than this share of a rate, also where it is alone. */
  readonly most: number;
}

/** What one run wants of what several share, and what it has of it. */
export interface Claim {
  readonly uses: readonly Rate[];
  /** What holds for it in any case: it can make use of no more. */
  readonly wants: EngineLimits;
  /** What its engine works with, up to its end; undefined for a run that waits for one. */
  readonly has: EngineLimits | undefined;
  /** Its engine may be replaced by one with less. */
  readonly isRestartable: boolean;
  /** Rates that a person has set for it: what they are above its part is nobody's loss. */
  readonly set: readonly Rate[];
}

export interface Part {
  readonly bytesPerSecond: number;
  /** Others have so much of it that no engine may begin. */
  readonly mustWait: boolean;
}

/** Engines count in this unit and round up to it: less than that cannot be given to anybody. */
const leastPart = 1024;

/** While somebody is about to give something back, it is worth waiting for most of a part; else for little. */
const worthWaiting = { soon: 3 / 4, late: 1 / 8 };

/**
 * The part of a shared rate that falls to `own`. All parts that are given so, each at its own time, never come to more than the
 * total: an engine that works keeps what it has until it is replaced, and who begins gets what is left of the total then.
 */
export function partOf(total: number, rate: Rate, own: Claim, others: readonly Claim[]): Part {
  const least = Math.min(leastPart, total);
  const [fair = total, ...fairOfOthers] = fairShares(
    total,
    [own, ...others].map(({ wants }) => wants[rate]),
  ).map((share) => Math.max(least, wholeBytes(share)));
  const had = others.map((other, index) => countedOf(other, rate, fairOfOthers[index] ?? fair));
  const left = total - had.reduce((sum, bytes) => sum + bytes, 0);
  const has = own.has === undefined ? undefined : (own.has[rate] ?? Infinity);
  if (has !== undefined) return { bytesPerSecond: Math.min(fair, Math.max(has, left)), mustWait: false };
  const isGivenBackSoon = others.some(
    ({ isRestartable }, index) => isRestartable && (had[index] ?? 0) > (fairOfOthers[index] ?? fair),
  );
  const enough = Math.max(least, fair * worthWaiting[isGivenBackSoon ? 'soon' : 'late']);
  return left < enough
    ? { bytesPerSecond: fair, mustWait: true }
    : { bytesPerSecond: Math.min(fair, left), mustWait: false };
}

function countedOf({ has, set }: Claim, rate: Rate, fair: number): number {
  const bytes = has === undefined ? 0 : (has[rate] ?? Infinity);
  return set.includes(rate) ? Math.min(bytes, fair) : bytes;
}

/** In whatever order shares are computed. */
const wholeBytes = (share: number): number => Math.floor(share + 1e-6);
