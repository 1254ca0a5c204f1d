import {
  isTerminal,
  UmbraError,
  type ClaimRequest,
  type Instant,
  type Lease,
  type ProcessIdentity,
} from '@umbracore/contracts';
import type { RunRow } from './run-row.ts';

/** The lease in a row; undefined if nobody holds the run. */
export function leaseOf(row: RunRow): Lease | undefined {
  const owner = row.owner === null ? undefined : identityFrom(row.owner);
  if (owner === undefined || row.lease_until === null) return undefined;
  return { run: row.id, owner, fence: row.fence, until: row.lease_until };
}

function identityFrom(text: string): ProcessIdentity | undefined {
  try {
    return JSON.parse(text) as ProcessIdentity;
  } catch {
    return undefined;
  }
}

const liveLeaseOf = (row: RunRow, now: Instant): Lease | undefined => {
  const lease = leaseOf(row);
  return lease !== undefined && lease.until > now ? lease : undefined;
};

export const isHeldAt = (row: RunRow, now: Instant): boolean => liveLeaseOf(row, now) !== undefined;

export type ClaimRefusal = { readonly reason: 'held' | 'busy' | 'ended'; readonly holder: Lease | undefined };

/** Why a run cannot be claimed; undefined if it can. `rivals` are the other held runs of the same job and repository. */
export function refusalOf(row: RunRow, rivals: readonly RunRow[], request: ClaimRequest): ClaimRefusal | undefined {
  if (isTerminal(row.state)) return { reason: 'ended', holder: undefined };
  const holder = liveLeaseOf(row, request.now);
  if (holder !== undefined && holder.fence !== request.evict) return { reason: 'held', holder };
  const busy = rivals.map((rival) => liveLeaseOf(rival, request.now)).find((lease) => lease !== undefined);
  return busy === undefined ? undefined : { reason: 'busy', holder: busy };
}

/**
 * Throws `state.lease-lost` unless the lease is the one in force. A rival with a higher fence was let in after this lease
 * had run out: its owner overslept, although nobody took the run itself.
 */
export function assertHeld(row: RunRow, rivals: readonly RunRow[], lease: Lease): void {
  const held = row.owner !== null && row.fence === lease.fence && !isTerminal(row.state);
  if (held && rivals.every((rival) => rival.fence < lease.fence)) return;
  throw new UmbraError('state.lease-lost', `Run ${row.id} is no longer held by this process.`, {
    hint: 'Stop working on this run: another process has taken it over, or it has ended.',
    context: { run: row.id, fence: lease.fence, current: row.fence },
  });
}
