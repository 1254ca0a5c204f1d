import { rmSync } from 'node:fs';
import {
  isUmbraError,
  type Backend,
  type Clock,
  type Log,
  type Repositories,
  type RepositoryDefinition,
} from '@umbracore/contracts';
import {
  findCatalog,
  openCatalog,
  removeCatalog,
  type Catalog,
  type CatalogPlace,
  type CatchUp,
  type CatchUpOptions,
} from '@umbracore/catalog';

/** How one catalog stands. */
export interface CatalogState {
  readonly repository: string;
  /** False if the configuration says that there is none. */
  readonly enabled: boolean;
  /** When it agreed with the repository; undefined if it never did. */
  readonly asOf: number | undefined;
  readonly snapshots: number;
  readonly bytes: number;
  readonly budgetBytes: number;
}

/** What a catalog holds; undefined if it is found damaged, by which it becomes empty. */
function holding(catalog: Catalog): Pick<CatalogState, 'asOf' | 'snapshots' | 'bytes'> | undefined {
  try {
    return { asOf: catalog.asOf, snapshots: catalog.snapshots().length, bytes: catalog.bytes };
  } catch (error) {
    if (isUmbraError(error) && error.code === 'state.damaged') return undefined;
    throw error;
  }
}

/** The catalogs of the repositories. What keeps one from working keeps nothing else from it: it is in the log. */
export interface Catalogs extends Disposable {
  /** The catalog of a repository; undefined if there is none yet, or shall be none. */
  find(repository: RepositoryDefinition): Catalog | undefined;
  /** Brings it to what the repository has now, and makes it if need be. Undefined if there shall be none. */
  catchUp(repository: RepositoryDefinition, options?: FillOptions): Promise<CatchUp | undefined>;
  state(repository: RepositoryDefinition): CatalogState;
  /** Removes it. It comes again when it is filled. */
  remove(repository: RepositoryDefinition): void;
  /** Removes all, also those of repositories that are not configured any more. */
  removeAll(): void;
}

/** With a backend that is open already, if there is one. */
type FillOptions = Pick<CatchUpOptions, 'report' | 'restMs' | 'signal'> & { readonly backend?: Backend };

export interface CatalogsOptions {
  readonly dir: string;
  readonly repositories: Repositories;
  readonly clock: Clock;
  readonly log: Log;
}

export function createCatalogs({ dir, repositories, clock, log }: CatalogsOptions): Catalogs {
  const opened = new Map<string, Catalog>();
  const placeOf = (repository: RepositoryDefinition): CatalogPlace => ({ dir, repository, clock, log });
  const keep = (name: string, catalog: Catalog | undefined): Catalog | undefined => {
    if (catalog !== undefined) opened.set(name, catalog);
    return catalog;
  };
  const close = (name?: string): void => {
    for (const [key, catalog] of opened) {
      if (name !== undefined && key !== name) continue;
      catalog[Symbol.dispose]();
      opened.delete(key);
    }
  };
  const find = (repository: RepositoryDefinition): Catalog | undefined => {
    const { name, catalogBytes = 0 } = repository;
    if (catalogBytes === 0) return undefined;
    try {
      if (opened.get(name)?.isReplaced === true) close(name);
      return opened.get(name) ?? keep(name, findCatalog(placeOf(repository)));
    } catch (error) {
      log.warn({ repository: name, error: String(error) }, 'the catalog cannot be read');
      return undefined;
    }
  };
  return {
    find,

    async catchUp(repository, options = {}) {
      const { name, catalogBytes = 0 } = repository;
      if (catalogBytes === 0) return undefined;
      const backend = options.backend ?? (await repositories.backend(repository, options.signal));
      if (!backend.supports.has('list')) return undefined;
      const catalog = find(repository) ?? keep(name, openCatalog(placeOf(repository)));
      return await catalog?.catchUp(backend, { ...options, budgetBytes: catalogBytes });
    },

    state(repository) {
      const { name, catalogBytes = 0 } = repository;
      const catalog = find(repository);
      return {
        repository: name,
        enabled: catalogBytes > 0,
        ...((catalog && holding(catalog)) ?? { asOf: undefined, snapshots: 0, bytes: 0 }),
        budgetBytes: catalogBytes,
      };
    },

    remove(repository) {
      close(repository.name);
      removeCatalog(placeOf(repository));
    },

    removeAll() {
      close();
      rmSync(dir, { recursive: true, force: true });
    },

    [Symbol.dispose]: () => close(),
  };
}
