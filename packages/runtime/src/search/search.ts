import { setImmediate } from 'node:timers/promises';
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
import { BoundedHits } from './bounded-hits.ts';
import { groupHits, type FoundPath, type Hit, type Holder } from './group.ts';
import {
  demandCatalogued,
  knownSnapshots,
  type KnownSnapshots,
  type Reach,
  type ReachOptions,
} from './known-snapshots.ts';

export interface SearchQuestion extends ReachOptions {
  readonly pattern: string;
  readonly ignoreCase: boolean;
  readonly repositories: readonly RepositoryDefinition[];
  /** Which snapshots are looked through. */
  readonly within: (snapshot: Snapshot) => boolean;
  /** Which of the entries with such a name are meant. */
  readonly fits: (entry: SnapshotEntry) => boolean;
  /** So many paths at most; 10,000 if absent. */
  readonly limit?: number | undefined;
  /** Looks into catalogs alone: throws `state.busy` where one does not hold everything yet. */
  readonly catalogOnly?: boolean | undefined;
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
  /** Whether more paths fit than there are. */
  readonly isLimited: boolean;
  readonly searched: readonly SearchedRepository[];
  /** What could not be searched, and why: something may be missing. */
  readonly failures: readonly { readonly repository: string; readonly error: UmbraError }[];
}

type SearchReach = Reach & { readonly catalogs: Pick<Catalogs, 'find' | 'catchUp'> };

/** So many are looked at before others have their turn: a daemon answers meanwhile. */
const hitsAtOnce = 500;

/** A person reads no more, and memory holds these. */
const mostPaths = 10_000;

/** Searches all repositories. One that is out of reach keeps none of the others from being searched. */
export async function search(reach: SearchReach, question: SearchQuestion): Promise<SearchAnswer> {
  const hits = new BoundedHits(question.limit ?? mostPaths);
  const searched: SearchedRepository[] = [];
  const failures: { repository: string; error: UmbraError }[] = [];
  for (const repository of question.repositories) {
    try {
      const known = await knownSnapshots(reach, repository, question);
      if (question.catalogOnly === true) demandCatalogued(known, known.snapshots.filter(question.within));
      for await (const hit of searchIn(reach, known, question)) hits.add(hit);
      searched.push({ repository: repository.name, asOf: known.asOf });
      failures.push(...known.unreadable.map((error) => ({ repository: repository.name, error })));
    } catch (error) {
      question.signal?.throwIfAborted();
      if (isUmbraError(error) && error.code === 'state.busy') throw error;
      failures.push({ repository: repository.name, error: toUmbraError(error) });
    }
  }
  return { paths: groupHits(hits.hits), isLimited: hits.isLimited, searched, failures };
}

async function* searchIn(reach: SearchReach, known: KnownSnapshots, question: SearchQuestion): AsyncGenerator<Hit> {
  const holders = holdersOf(known);
  const wanted = known.snapshots.filter(question.within);
  const filled = await filledFor(reach, known, wanted, question);
  const catalogued = new Set(wanted.map(({ id }) => id).filter((id) => filled.catalog?.holds(id)));
  const missing = wanted.map(({ id }) => id).filter((id) => !catalogued.has(id));
  const hitOf = ({ entry, snapshots }: Found): Hit => ({
    entry,
    holders: snapshots.flatMap((id) => holders.get(id) ?? []),
  });
  let looked = 0;
  for (const found of inCatalog(filled, catalogued, question)) {
    if (question.fits(found.entry)) yield hitOf(found);
    looked += 1;
    if (looked % hitsAtOnce !== 0) continue;
    await setImmediate();
    question.signal?.throwIfAborted();
  }
  for (const found of await byBackend(known, missing, question)) if (question.fits(found.entry)) yield hitOf(found);
}

interface Found {
  readonly entry: SnapshotEntry;
  readonly snapshots: readonly string[];
}

const inCatalog = (
  { catalog }: KnownSnapshots,
  snapshots: ReadonlySet<string>,
  question: SearchQuestion,
): Iterable<Found> => (snapshots.size === 0 ? [] : (catalog?.find({ ...question, snapshots }) ?? []));

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

/** Trees are read in less time than one search by the backend takes; lists are not, but are the only way where it cannot search. */
async function filledFor(
  { catalogs }: SearchReach,
  known: KnownSnapshots,
  wanted: readonly Snapshot[],
  { fill, signal }: SearchQuestion,
): Promise<KnownSnapshots> {
  const { backend, catalog, repository } = known;
  const isOnlyWay = backend?.supports.has('find') === false;
  if (fill === undefined || !(isOnlyWay || backend?.supports.has('trees') === true)) return known;
  // One snapshot is searched sooner than a catalog is filled.
  const isSooner = wanted.length < 2 && !isOnlyWay;
  if (isSooner || wanted.every(({ id }) => catalog?.holds(id))) return known;
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
