import { changed, damaged, nameOf, throwIfAborted } from '../problems.ts';
import type { ResticRepository } from '../repository.ts';
import type { LoadedIndex } from './load-index.ts';

/** What is wrong with a pack. `bytes` is what the index says of it. */
export type PackProblem =
  | { readonly type: 'missing'; readonly pack: string; readonly bytes: number }
  | { readonly type: 'wrong-size'; readonly pack: string; readonly bytes: number; readonly foundBytes: number }
  /** No loss by itself: a backup that was interrupted or is under way leaves such packs. So does the loss of an index file. */
  | { readonly type: 'not-indexed'; readonly pack: string; readonly foundBytes: number };

const attempts = 3;

/**
 * Whether all packs that the index names are there with the size that their blobs have. Reads no pack. Throws
 * `repository.changed` if the repository is pruned all the while.
 */
export async function checkPackSizes(
  repository: ResticRepository,
  signal?: AbortSignal,
): Promise<readonly PackProblem[]> {
  for (let attempt = 1; attempt <= attempts; attempt += 1) {
    const index = await repository.index(signal);
    const problems = comparePacks(index, await findPacks(repository, signal));
    if (problems.length === 0 || !(await repository.isOutdated(index))) return problems;
  }
  throw changed('index');
}

/** A file as the file system has it. `changedAt` is in milliseconds. */
export interface FoundPack {
  readonly bytes: number;
  readonly changedAt: number;
}

export async function findPacks(
  repository: ResticRepository,
  signal: AbortSignal | undefined,
): Promise<ReadonlyMap<string, FoundPack>> {
  const found = new Map<string, FoundPack>();
  for await (const { id, bytes, changedAt } of repository.folder.packs()) {
    throwIfAborted(signal);
    found.set(id, { bytes, changedAt });
  }
  return found;
}

export function comparePacks({ blobs }: LoadedIndex, found: ReadonlyMap<string, FoundPack>): readonly PackProblem[] {
  const problems: PackProblem[] = [];
  for (const pack of blobs.packs) {
    const bytes = blobs.packBytes(pack) ?? 0;
    const foundBytes = found.get(pack)?.bytes;
    if (foundBytes === undefined) problems.push({ type: 'missing', pack, bytes });
    else if (foundBytes !== bytes) problems.push({ type: 'wrong-size', pack, bytes, foundBytes });
  }
  for (const [pack, { bytes: foundBytes }] of found) {
    if (blobs.packBytes(pack) === undefined) problems.push({ type: 'not-indexed', pack, foundBytes });
  }
  return problems;
}

/**
 * Reads a whole pack and throws `repository.damaged` if its content does not have the hash that is its name, or if it is not
 * there although the index names it.
 */
export async function checkPackContent(
  repository: ResticRepository,
  pack: string,
  signal?: AbortSignal,
): Promise<void> {
  const what = nameOf('pack', pack);
  const index = await repository.index(signal);
  const hash = await repository.folder.hashOf('pack', pack, signal);
  if (hash === pack) return;
  if (hash !== undefined) throw damaged(what, 'does not have the content that its name stands for', { pack });
  throw (await repository.isOutdated(index)) ? changed(what) : damaged(what, 'is not there', { pack });
}
