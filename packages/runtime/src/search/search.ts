import {
  isUmbraError,
  toUmbraError,
  type Instant,
  type RepositoryDefinition,
  type Snapshot,
  type SnapshotEntry,
  type UmbraError,
} from '@umbracore/contracts';
import type { CatchUpProgress } from '@umbracore/catalog';
import type { Catalogs } from '../catalogs.ts';
import { backRefs } from './back-refs.ts';
import { groupHits, type FoundPath, type Hit, type Holder } from './group.ts';
import { knownSnapshots, type KnownSnapshots, type Reach, type ReachOptions } from './known-snapshots.ts';

export interface SearchQuestion extends ReachOptions {
  readonly pattern: string;
  readonly ignoreCase: boolean;
  readonly repositories: readonly RepositoryDefinition[];
  /** Which snapshots are looked through. */
  readonly within: (snapshot: Snapshot) => boolean;
  /** Which of the entries with such a name are meant. */
  readonly fits: (entry: SnapshotEntry) => boolean;
  /**
   * Brings catalogs up to date first where that is quick, and is told how far it is. Without it, snapshots that are in no catalog
   * are searched by the backend.
   */
  readonly fill?: ((repository: string, progress: CatchUpProgress) => void) | undefined;
}

/** Where was searched. */
export interface SearchedRepository {
  readonly repository: string;
  /** The time of which the answer is true; undefined for now. */
  readonly asOf: Instant | undefined;
}

export interface SearchAnswer {
  readonly paths: readonly FoundPath[];
  readonly searched: readonly SearchedRepository[];
  /** What could not be searched, and why: something may be missing. */
  readonly failures: readonly { readonly repository: string; readonly error: UmbraError }[];
}

type SearchReach = Reach & { readonly catalogs: Pick<Catalogs, 'find' | 'catchUp'> };

/** Searches all repositories. One that is out of reach keeps none of the others from being searched. */
export async function search(reach: SearchReach, question: SearchQuestion): Promise<SearchAnswer> {
  const hits: Hit[] = [];
  const searched: SearchedRepository[] = [];
  const failures: { repository: string; error: UmbraError }[] = [];
  for (const repository of question.repositories) {
    try {
      const known = await knownSnapshots(reach, repository, question);
      hits.push(...(await searchIn(reach, known, question)));
      searched.push({ repository: repository.name, asOf: known.asOf });
    } catch (error) {
      question.signal?.throwIfAborted();
      failures.push({ repository: repository.name, error: toUmbraError(error) });
    }
  }
  return { paths: groupHits(hits), searched, failures };
}

async function searchIn(reach: SearchReach, known: KnownSnapshots, question: SearchQuestion): Promise<readonly Hit[]> {
  const holders = holdersOf(known);
  const wanted = known.snapshots.filter(question.within);
  const filled = await filledFor(reach, known, wanted, question);
  const catalogued = new Set(wanted.map(({ id }) => id).filter((id) => filled.catalog?.holds(id)));
  const found = [
    ...inCatalog(filled, catalogued, question),
    ...(await byBackend(
      known,
      wanted.map(({ id }) => id).filter((id) => !catalogued.has(id)),
      question,
    )),
  ];
  return found
    .filter(({ entry }) => question.fits(entry))
    .map(({ entry, snapshots }) => ({ entry, holders: snapshots.flatMap((id) => holders.get(id) ?? []) }));
}

interface Found {
  readonly entry: SnapshotEntry;
  readonly snapshots: readonly string[];
}

const inCatalog = (
  { catalog }: KnownSnapshots,
  snapshots: ReadonlySet<string>,
  question: SearchQuestion,
): readonly Found[] => (snapshots.size === 0 ? [] : (catalog?.find({ ...question, snapshots }) ?? []));

async function byBackend(
  { backend, snapshots: all }: KnownSnapshots,
  ids: readonly string[],
  { pattern, ignoreCase, signal }: SearchQuestion,
): Promise<readonly Found[]> {
  if (backend === undefined || ids.length === 0) return [];
  // Naming all of them would make a long command line for nothing.
  const snapshots = ids.length === all.length ? {} : { ids };
  const matches = await backend.find({ pattern, ignoreCase, snapshots }, { signal });
  return matches.map(({ snapshot, entry }) => ({ entry, snapshots: [snapshot] }));
}

/** Trees are read in less time than one search by the backend takes; lists are not. */
async function filledFor(
  { catalogs }: SearchReach,
  known: KnownSnapshots,
  wanted: readonly Snapshot[],
  { fill, signal }: SearchQuestion,
): Promise<KnownSnapshots> {
  const { backend, catalog, repository } = known;
  if (fill === undefined || backend?.supports.has('trees') !== true) return known;
  // One snapshot is searched sooner than a catalog is filled.
  if (wanted.length < 2 || wanted.every(({ id }) => catalog?.holds(id))) return known;
  try {
    await catalogs.catchUp(repository, { backend, signal, report: (progress) => fill(repository.name, progress) });
  } catch (error) {
    signal?.throwIfAborted();
    // What it lacks is searched by the backend.
    if (!isUmbraError(error)) throw error;
  }
  return { ...known, catalog: catalogs.find(repository) };
}

function holdersOf({ snapshots, repository }: KnownSnapshots): ReadonlyMap<string, Holder> {
  const refs = backRefs(snapshots);
  return new Map(
    snapshots.map(({ id, shortId, time }) => [
      id,
      { repository: repository.name, snapshot: id, ref: refs.get(id) ?? shortId, time },
    ]),
  );
}
