import {
  isUmbraError,
  UmbraError,
  type Backend,
  type ErrorCode,
  type Instant,
  type ListingOperation,
  type Repositories,
  type RepositoryDefinition,
  type Snapshot,
} from '@umbracore/contracts';
import type { Catalog } from '@umbracore/catalog';
import type { Catalogs } from '../catalogs.ts';

/** Where snapshots are looked for. */
export interface Reach {
  readonly repositories: Pick<Repositories, 'backend'>;
  readonly catalogs: Pick<Catalogs, 'find'>;
}

export interface ReachOptions {
  readonly signal?: AbortSignal | undefined;
  /** Asks the catalog alone. */
  readonly offline?: boolean | undefined;
}

/** The snapshots of a repository, and what tells what is in them. */
export interface KnownSnapshots {
  readonly repository: RepositoryDefinition;
  /** Oldest first. */
  readonly snapshots: readonly Snapshot[];
  /** Undefined if the repository was not asked. */
  readonly backend: Backend | undefined;
  readonly catalog: Catalog | undefined;
  /** The time of which `snapshots` is true; undefined for now, because the repository was asked. */
  readonly asOf: Instant | undefined;
  /** Of each snapshot that is there and not in `snapshots`: why it cannot be read. */
  readonly unreadable: readonly UmbraError[];
}

/** What says that a repository cannot be asked now, and nothing else about it. */
const outOfReach: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'repository.absent',
  'repository.permission',
  'repository.unreachable',
  'secret.unavailable',
  'engine.absent',
  'engine.spawn-failed',
  'engine.stalled',
  'engine.resources',
]);

/**
 * Asks the repository, and its catalog if that is out of reach. Where the catalog knows every snapshot that is there the repository
 * need not be opened, which takes half a second. Throws what the repository
 * said if there is none.
 */
export async function knownSnapshots(
  reach: Reach,
  repository: RepositoryDefinition,
  { signal, offline = false }: ReachOptions,
): Promise<KnownSnapshots> {
  const catalog = reach.catalogs.find(repository);
  if (offline) return fromCatalog(repository, catalog) ?? refuse(repository);
  const unreadable: UmbraError[] = [];
  try {
    const backend = await reach.repositories.backend(repository, signal);
    const operation = { signal, unreadable: (problem: UmbraError) => void unreadable.push(problem) };
    const snapshots = (await byTheirIds(backend, catalog, operation)) ?? (await backend.snapshots({}, operation));
    return { repository, snapshots, backend, catalog, asOf: undefined, unreadable };
  } catch (error) {
    const known = isUmbraError(error) && outOfReach.has(error.code) ? fromCatalog(repository, catalog) : undefined;
    if (known === undefined) throw error;
    return known;
  }
}

/**
 * What is there now: the catalog knows what it is by the ids, and only the others are read; if there are none, the repository is not
 * even opened. Undefined if there are no ids to be had.
 */
async function byTheirIds(
  backend: Backend,
  catalog: Catalog | undefined,
  operation: ListingOperation,
): Promise<readonly Snapshot[] | undefined> {
  if (catalog === undefined || !backend.supports.has('snapshot-ids')) return undefined;
  try {
    const ids = new Set(await backend.snapshotIds(operation));
    const known = catalog.snapshots().filter(({ id }) => ids.has(id));
    for (const { id } of known) ids.delete(id);
    if (ids.size === 0) return known;
    if (known.length === 0) return undefined;
    const others = await backend.snapshots({ ids: [...ids] }, operation);
    return [...known, ...others].sort((one, other) => one.time - other.time || (one.id < other.id ? -1 : 1));
  } catch {
    // Whoever is asked next says what is wrong.
    operation.signal?.throwIfAborted();
    return undefined;
  }
}

function fromCatalog(repository: RepositoryDefinition, catalog: Catalog | undefined): KnownSnapshots | undefined {
  const asOf = catalog?.asOf;
  if (catalog === undefined || asOf === undefined) return undefined;
  return { repository, snapshots: catalog.snapshots(), backend: undefined, catalog, asOf, unreadable: [] };
}

function refuse({ name }: RepositoryDefinition): never {
  throw new UmbraError('repository.unreachable', `the catalog of ${name} is empty`, {
    hint: `Fill it: umbra catalog update ${name}`,
  });
}

/** For what only the catalog could have answered, which then was found damaged. */
export const lostCatalog = ({ repository: { name } }: Pick<KnownSnapshots, 'repository'>): UmbraError =>
  new UmbraError('repository.unreachable', `${name} is out of reach, and its catalog was damaged`, {
    hint: `When it is there again, fill the catalog: umbra catalog update ${name}`,
  });

/**
 * What the catalog says of a snapshot; undefined if it cannot say anything. A catalog that is found damaged is as one that is not
 * there.
 */
export function askCatalog<T>(
  { catalog }: Pick<KnownSnapshots, 'catalog'>,
  snapshot: string,
  ask: (catalog: Catalog) => T,
): T | undefined {
  try {
    return catalog?.holds(snapshot) === true ? ask(catalog) : undefined;
  } catch (error) {
    if (isUmbraError(error) && error.code === 'state.damaged') return undefined;
    throw error;
  }
}

/** Throws `state.busy` if the catalog does not hold all of these, or if there is something to say beside the answer. */
export function demandCatalogued(
  known: KnownSnapshots & { readonly ahead?: readonly Snapshot[] },
  snapshots: readonly Snapshot[],
): void {
  demandNoneAhead(known);
  if (snapshots.every(({ id }) => askCatalog(known, id, () => true) === true)) return;
  const { name } = known.repository;
  throw new UmbraError('state.busy', `the catalog of ${name} does not hold everything yet`, {
    hint: `Ask without catalogOnly, or fill it: umbra catalog update ${name}`,
  });
}

/** Throws `state.busy` if snapshots dated in the future were passed over: whoever asks says that, and no answer has room for it. */
export function demandNoneAhead({ ahead = [] }: { readonly ahead?: readonly Snapshot[] }): void {
  if (ahead.length === 0) return;
  throw new UmbraError('state.busy', 'snapshots that are dated in the future are passed over', {
    hint: 'Ask without catalogOnly, or name a snapshot by its id.',
  });
}
