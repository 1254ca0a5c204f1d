import type { LoadedIndex } from '../reading/load-index.ts';
import { findPacks, type FoundPack } from '../reading/pack-check.ts';
import type { ResticRepository } from '../repository.ts';

/** A repository as it was at one moment, as far as that is possible without a lock. */
export interface RepositoryView {
  readonly snapshots: readonly string[];
  readonly index: LoadedIndex;
  readonly packs: ReadonlyMap<string, FoundPack>;
}

/**
 * The order matters. Whoever writes a snapshot has written the index of what it needs before, so snapshots are listed first. A
 * prune removes packs last, so they are listed last: what is missing then is not in the newest index either.
 */
export async function takeView(repository: ResticRepository, signal: AbortSignal | undefined): Promise<RepositoryView> {
  const snapshots = await repository.snapshotIds();
  const known = await repository.index(signal);
  const index = (await repository.isOutdated(known)) ? await repository.index(signal) : known;
  return { snapshots, index, packs: await findPacks(repository, signal) };
}

/** Whether others changed the repository since, so that what seems to be wrong may be right. */
export async function hasChanged(repository: ResticRepository, view: RepositoryView): Promise<boolean> {
  if (await repository.isOutdated(view.index)) return true;
  const present = new Set(await repository.snapshotIds());
  return view.snapshots.some((id) => !present.has(id));
}
