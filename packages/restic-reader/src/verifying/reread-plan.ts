import type { DurationMs, Instant, RereadOutlook, RereadPace } from '@umbracore/contracts';

const day: DurationMs = 86_400_000;

/** A clock may be set by so much without that anything looks odd. */
const toleranceMs: DurationMs = 3_600_000;

/** A pack as far as it matters to when it is read again. */
export interface AgingPack {
  readonly id: string;
  readonly bytes: number;
  readonly knownSince: Instant;
  /** Undefined if it was never read. */
  readonly readAt: Instant | undefined;
}

/** A single pack that is larger than what may be read in a day has a day to itself. */
export interface RereadTerms extends RereadPace {
  /** How much was read again today. */
  readonly readToday: number;
}

export interface RereadPlan extends RereadOutlook {
  /** What to read now, the most urgent first. */
  readonly packs: readonly string[];
  readonly bytes: number;
}

/** The day of UTC that an instant is in. */
export const dayOf = (instant: Instant): number => Math.floor(instant / day);

/**
 * What is read now, so that every pack is read in time: as much as is needed and no more than is allowed, the pack with the next
 * deadline first, so that none waits for ever. What was read in the future, by a clock that was wrong, counts as late.
 */
export function planRereading(packs: readonly AgingPack[], terms: RereadTerms, now: Instant): RereadPlan {
  const queue = packs
    .map((pack) => ({ id: pack.id, bytes: pack.bytes, deadline: deadlineOf(pack, terms, now) }))
    .sort((one, other) => one.deadline - other.deadline || (one.id < other.id ? -1 : 1));
  const perRun = perRunOf(terms);
  const quota = paceOf(queue, terms, now);
  const chosen = choose(queue, Math.min(quota, perRun), terms);
  const late = queue.filter(({ deadline }) => deadline < now);
  const needed = Math.max(paceOf(queue.slice(late.length), terms, now), steadyPace(queue, terms));
  const largest = queue.reduce((most, { bytes }) => Math.max(most, bytes), 0);
  // A pack is read whole, so that each time up to one pack less than allowed may be read.
  const usable = Math.max(perRun - largest, perRun / 2);
  return {
    packs: chosen.map(({ id }) => id),
    bytes: sum(chosen),
    overdueBytes: sum(late),
    neededBytes: Math.ceil(needed / runShare(terms)),
    keeps: late.length === 0 ? needed <= usable : Math.max(needed, quota) <= usable,
  };
}

interface Queued {
  readonly id: string;
  readonly bytes: number;
  readonly deadline: Instant;
}

function deadlineOf({ readAt, knownSince }: AgingPack, { withinMs }: RereadTerms, now: Instant): Instant {
  const since = readAt ?? knownSince;
  return since > now + toleranceMs ? 0 : since + withinMs;
}

/** The part of a day's bytes that one of several runs a day may have; a run that comes less often still has one day's. */
const runShare = ({ everyMs }: RereadTerms): number => Math.min(1, everyMs / day);

const perRunOf = (terms: RereadTerms): number => terms.atMostBytes * runShare(terms);

/** Bytes that this run and each after it must read so that all deadlines are kept, with one run to spare. */
function paceOf(queue: readonly Queued[], { everyMs }: RereadTerms, now: Instant): number {
  let pace = 0;
  let bytes = 0;
  for (const { bytes: own, deadline } of queue) {
    bytes += own;
    pace = Math.max(pace, bytes / Math.max(1, Math.floor((deadline - now) / everyMs)));
  }
  return pace;
}

/** The same once all have been read in turn. */
const steadyPace = (queue: readonly Queued[], { withinMs, everyMs }: RereadTerms): number =>
  sum(queue) / Math.max(1, Math.floor(withinMs / everyMs));

function choose(queue: readonly Queued[], quota: number, { atMostBytes, readToday }: RereadTerms): readonly Queued[] {
  const chosen: Queued[] = [];
  let bytes = 0;
  for (const pack of queue) {
    const isAlone = readToday + bytes === 0;
    if (bytes >= quota || (!isAlone && readToday + bytes + pack.bytes > atMostBytes)) break;
    chosen.push(pack);
    bytes += pack.bytes;
  }
  return chosen;
}

const sum = (packs: readonly { readonly bytes: number }[]): number =>
  packs.reduce((bytes, pack) => bytes + pack.bytes, 0);
