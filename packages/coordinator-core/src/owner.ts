import { isInSightOf } from '@umbracore/contracts';
import type { Clock, Lease, ProcessTable } from '@umbracore/contracts';

interface OwnerPorts {
  readonly processTable: ProcessTable;
  readonly clock: Pick<Clock, 'now'>;
}

/** Whether the process that holds a lease lives; undefined if it is on another host or in another container and cannot be seen from here. */
export function isOwnerAlive({ processTable, clock }: OwnerPorts, { owner, until }: Lease): boolean | undefined {
  const self = processTable.self();
  if (!isInSightOf(self, owner)) return undefined;
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
