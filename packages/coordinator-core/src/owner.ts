import type { Lease } from '@umbracore/contracts';
import type { CoordinatorPorts } from './ports.ts';

/** Whether the process that holds a lease lives; undefined if it is on another host and cannot be seen from here. */
export function isOwnerAlive(
  { processTable, clock }: Pick<CoordinatorPorts, 'processTable' | 'clock'>,
  { owner, until }: Lease,
): boolean | undefined {
  const self = processTable.self();
  if (owner.host !== self.host) return undefined;
  if (!processTable.isAlive(owner)) return false;
  // A coordinator of this very process that gave its run up, for instance when the store refused, does not renew.
  return owner.pid !== self.pid || until > clock.now();
}
