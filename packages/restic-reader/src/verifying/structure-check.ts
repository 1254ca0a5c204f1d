import { isUmbraError } from '@umbracore/contracts';
import { checkName } from '../documents/hashed-name.ts';
import { damaged, nameOf } from '../problems.ts';
import { inBatches } from '../reading/in-batches.ts';
import { comparePacks, type PackProblem } from '../reading/pack-check.ts';
import type { ResticRepository } from '../repository.ts';
import { IdSet } from './id-set.ts';
import type { Remembered } from './remembered.ts';
import { takeView, type RepositoryView } from './repository-view.ts';
import { TreeCheck } from './tree-check.ts';

const filesAtOnce = 16;

export interface Structure {
  readonly problems: string[];
  /** Undefined if the index cannot be read: then nothing is known of packs and trees. */
  readonly view: RepositoryView | undefined;
  /** The files of the snapshots that are there, with their first ids. */
  readonly snapshots: ReadonlyMap<string, string>;
  /** Trees that are right, with those that were known before; undefined if some are not. */
  readonly trees: IdSet | undefined;
  readonly notIndexed: number;
}

/** Everything but the content of packs. `each` is called with the number of trees that were read so far. */
export async function checkStructure(
  repository: ResticRepository,
  before: Remembered,
  each: (trees: number) => void,
  signal: AbortSignal | undefined,
): Promise<Structure> {
  const problems: string[] = [];
  await checkKeys(repository, problems, signal);
  const view = await noting(problems, () => takeView(repository, signal));
  const ids = view?.snapshots ?? (await noting(problems, () => repository.snapshotIds())) ?? [];
  const holds = view !== undefined && stillHolds(before, view);
  const known = holds ? before.snapshotFiles : new Map<string, string>();
  const found = await readSnapshots(repository, { ids, known }, problems, signal);
  const snapshots = new Map(found.map(({ id, first }) => [id, first]));
  if (view === undefined) return { problems, view, snapshots, trees: undefined, notIndexed: 0 };
  const packs = comparePacks(view.index, view.packs);
  problems.push(...packs.flatMap(sentenceOf));
  const trees = holds ? before.trees.copy() : new IdSet();
  const check = new TreeCheck(repository, view.index.blobs, trees, signal);
  await check.below(
    found.map(({ tree }) => tree).filter((tree) => tree !== undefined),
    each,
  );
  problems.push(...check.problems);
  return {
    problems,
    view,
    snapshots,
    trees: check.problems.length === 0 ? trees : undefined,
    notIndexed: packs.filter(({ type }) => type === 'not-indexed').length,
  };
}

/**
 * What was found of trees holds as long as the index has only grown. An index file that went away, by a prune or by accident,
 * may have been the only one that names what they need.
 */
export function stillHolds({ indexFiles }: Remembered, view: RepositoryView): boolean {
  const present = new Set(view.index.files);
  return indexFiles.every((file) => present.has(file));
}

async function checkKeys(
  repository: ResticRepository,
  problems: string[],
  signal: AbortSignal | undefined,
): Promise<void> {
  const { folder } = repository;
  const ids = (await noting(problems, () => folder.list('key'))) ?? [];
  if (ids.length === 0) problems.push('The repository has no keys');
  const check = (id: string): Promise<unknown> =>
    noting(problems, async () => {
      const bytes = await folder.read('key', id);
      if (bytes !== undefined) checkName(nameOf('key', id), id, bytes);
    });
  await inBatches(ids, filesAtOnce, check, signal);
}

interface FoundSnapshot {
  readonly id: string;
  readonly first: string;
  /** Undefined if it was looked at before. */
  readonly tree: string | undefined;
}

/** Of those that are known only the hash is looked at: what is in them is what was in them. */
async function readSnapshots(
  repository: ResticRepository,
  { ids, known }: { readonly ids: readonly string[]; readonly known: ReadonlyMap<string, string> },
  problems: string[],
  signal: AbortSignal | undefined,
): Promise<readonly FoundSnapshot[]> {
  const read = (id: string): Promise<FoundSnapshot | undefined> =>
    noting(problems, async () => {
      const first = known.get(id);
      return first === undefined ? await readSnapshot(repository, id) : await knownSnapshot(repository, id, first);
    });
  return (await inBatches(ids, filesAtOnce, read, signal)).filter((snapshot) => snapshot !== undefined);
}

async function knownSnapshot(
  { folder }: ResticRepository,
  id: string,
  first: string,
): Promise<FoundSnapshot | undefined> {
  const sealed = await folder.read('snapshot', id);
  // Forgotten since it was listed.
  if (sealed === undefined) return undefined;
  checkName(nameOf('snapshot', id), id, sealed);
  return { id, first, tree: undefined };
}

async function readSnapshot(repository: ResticRepository, id: string): Promise<FoundSnapshot | undefined> {
  try {
    const { original, tree } = await repository.snapshot(id);
    return { id, first: original ?? id, tree };
  } catch (error) {
    // Forgotten since it was listed.
    if (isUmbraError(error) && error.code === 'snapshot.absent') return undefined;
    throw error;
  }
}

/** Notes damage and goes on. Whatever else is in the way says nothing of the repository. */
export async function noting<T>(problems: string[], work: () => Promise<T>): Promise<T | undefined> {
  try {
    return await work();
  } catch (error) {
    if (!isUmbraError(error) || error.code !== 'repository.damaged') throw error;
    problems.push(error.message);
    return undefined;
  }
}

function sentenceOf(problem: PackProblem): readonly string[] {
  const what = nameOf('pack', problem.pack);
  switch (problem.type) {
    case 'missing':
      return [damaged(what, 'is not there').message];
    case 'wrong-size':
      return [`The ${what} has ${problem.foundBytes} bytes instead of ${problem.bytes}`];
    case 'not-indexed':
      return [];
  }
}
