import { isInSightOf } from '@umbracore/contracts';
import type { Clock, DurationMs, Instant, Lease, ProcessTable, RunId } from '@umbracore/contracts';
import { leaseTtlMs } from './lease-keeper.ts';

interface OwnerPorts {
  readonly processTable: ProcessTable;
  readonly clock: Pick<Clock, 'now' | 'monotonicMs'>;
}

/**
 * Whether the process that holds a lease lives. Of one on another host or in another container, which cannot be seen from here, undefined
 * if its lease tells, and true while it does not: see `isInDoubt`.
 */
export function isOwnerAlive(ports: OwnerPorts, lease: Lease): boolean | undefined {
  const { processTable, clock } = ports;
  const { owner, until } = lease;
  const self = processTable.self();
  if (!isInSightOf(self, owner)) return isInDoubt(ports, lease) ? true : undefined;
  if (!processTable.isAlive(owner)) return false;
  // A coordinator of this very process that gave its run up, for instance when the store refused, does not renew.
  return owner.pid !== self.pid || until > clock.now();
}

/**
 * The fence of a lease that may be taken away before it has run out, for its owner is proved dead. One that was seen to have run out is not
 * among them: it may have been renewed since.
 */
export const fenceOfDead = (ports: OwnerPorts, lease: Lease | undefined): number | undefined =>
  lease !== undefined && isOwnerAlive(ports, lease) === false ? lease.fence : undefined;

/** True if only the lease tells whether its owner lives. */
export const isUnseen = ({ processTable }: Pick<OwnerPorts, 'processTable'>, { owner }: Lease): boolean =>
  !isInSightOf(processTable.self(), owner);

/** Whether a run is in somebody's hands: who cannot be seen counts as living until the lease has run out. */
export const isInHands = (ports: OwnerPorts, lease: Lease): boolean =>
  isOwnerAlive(ports, lease) ?? lease.until > ports.clock.now();

interface Sight {
  readonly fence: number;
  readonly until: Instant;
  /** In monotonic time. */
  readonly sinceMs: number;
}

/** After so long nobody asks for a run any more, or it may be watched anew. */
const forgottenMs: DurationMs = 60 * leaseTtlMs;

/** Leases of owners out of sight as they were seen, for each clock. */
const sights = new WeakMap<OwnerPorts['clock'], Map<RunId, Sight>>();

/**
 * Whether the lease of an owner out of sight has run out by the wall clock alone. That moves when it is set, and while the machine sleeps:
 * whoever wakes with it has had no time to renew. It is certain once the lease was seen unchanged for all of its length.
 */
export function isInDoubt({ processTable, clock }: OwnerPorts, lease: Lease): boolean {
  if (!isUnseen({ processTable }, lease)) return false;
  const { sinceMs } = sightOf(clock, lease);
  return lease.until <= clock.now() && clock.monotonicMs() - sinceMs < leaseTtlMs;
}

function sightOf(clock: OwnerPorts['clock'], { run, fence, until }: Lease): Sight {
  const seen = sights.get(clock) ?? new Map<RunId, Sight>();
  sights.set(clock, seen);
  const before = seen.get(run);
  if (before?.fence === fence && before.until === until) return before;
  const sinceMs = clock.monotonicMs();
  for (const [other, sight] of seen) if (sinceMs - sight.sinceMs > forgottenMs) seen.delete(other);
  const sight = { fence, until, sinceMs };
  seen.set(run, sight);
  return sight;
}
