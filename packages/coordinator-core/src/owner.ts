import type { Clock, Lease, ProcessTable } from '@umbracore/contracts';

interface OwnerPorts {
  readonly processTable: ProcessTable;
  readonly clock: Pick<Clock, 'now'>;
}

/** Whether the process that holds a lease lives; undefined if it is on another host and cannot be seen from here. */
export function isOwnerAlive({ processTable, clock }: OwnerPorts, { owner, until }: Lease): boolean | undefined {
  const self = processTable.self();
  if (owner.host !== self.host) return undefined;
  if (!processTable.isAlive(owner)) return false;
  // A coordinator of this very process that gave its run up, for instance when the store refused, does not renew.
  return owner.pid !== self.pid || until > clock.now();
}
