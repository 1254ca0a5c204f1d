import type { Backend, Snapshot } from '@umbracore/contracts';
import type { Connection } from '../store/connection.ts';

/** What a repository has now. */
export interface Present {
  readonly ids: ReadonlySet<string>;
  /** Of those, the ones that the catalog does not have, oldest first. */
  readonly unknown: readonly Snapshot[];
}

export const isKnown = (connection: Connection, id: string): boolean =>
  connection.has('select 1 from snapshots where id = ?', id);

/** Where ids can be had by themselves, no snapshot is read that is known; and if all are, the repository need not be opened. */
export async function presentIn(
  connection: Connection,
  backend: Backend,
  signal: AbortSignal | undefined,
): Promise<Present> {
  const ids = await idsIn(backend, signal);
  const wanted = ids?.filter((id) => !isKnown(connection, id)) ?? [];
  // If none is known there is nothing to leave out.
  if (ids === undefined || wanted.length === ids.length) {
    const all = await backend.snapshots({}, { signal });
    return { ids: new Set(all.map(({ id }) => id)), unknown: all.filter(({ id }) => !isKnown(connection, id)) };
  }
  const unknown = wanted.length === 0 ? [] : await backend.snapshots({ ids: wanted }, { signal });
  // One that is gone since is not there.
  const found = new Set(unknown.map(({ id }) => id));
  return { ids: new Set(ids.filter((id) => found.has(id) || isKnown(connection, id))), unknown };
}

async function idsIn(backend: Backend, signal: AbortSignal | undefined): Promise<readonly string[] | undefined> {
  if (!backend.supports.has('snapshot-ids')) return undefined;
  try {
    return await backend.snapshotIds({ signal });
  } catch {
    // Whoever is asked next says what is wrong.
    signal?.throwIfAborted();
    return undefined;
  }
}
