import { createHash } from 'node:crypto';
import { statSync } from 'node:fs';
import { join } from 'node:path';
import {
  UmbraError,
  type Backend,
  type Clock,
  type Log,
  type RepositoryDefinition,
  type Snapshot,
  type SnapshotEntry,
} from '@umbracore/contracts';
import type {
  Catalog,
  CatalogDifference,
  CatalogHit,
  CatalogQuery,
  CatchUp,
  CatchUpOptions,
  FolderTotal,
} from './catalog.ts';
import { catchUp } from './feed/catch-up.ts';
import { stepsOf } from './names.ts';
import { differences } from './read/differences.ts';
import { childrenOf, entriesBelow, entryOf, placeOf, rowAt, type State } from './read/entries.ts';
import { find } from './read/find.ts';
import { totalsIn } from './read/totals.ts';
import { openFile, openIfFit, removeFile } from './store/catalog-file.ts';
import { Connection, Query } from './store/connection.ts';
import { asCatalogError, isClosed, isDamage } from './store/faults.ts';
import { isSound } from './store/soundness.ts';

export interface CatalogPlace {
  /** The folder of all catalogs. */
  readonly dir: string;
  readonly repository: Pick<RepositoryDefinition, 'backend' | 'location'>;
  readonly clock: Clock;
  readonly log: Log;
}

/** The file of a repository's catalog: one that moves has another, one that is renamed keeps it. */
export const catalogPath = ({
  dir,
  repository: { backend, location },
}: Pick<CatalogPlace, 'dir' | 'repository'>): string =>
  join(dir, `${createHash('sha256').update(`${backend}\0${location}`).digest('hex').slice(0, 24)}.db`);

/** Makes it if it is not there. Throws `state.read-only` or `state.full` if it cannot be made. */
export function openCatalog(place: CatalogPlace): Catalog {
  try {
    return new StoredCatalog(place, openFile(catalogPath(place)));
  } catch (thrown) {
    throw asCatalogError(thrown);
  }
}

/** The catalog if there is one already. */
export function findCatalog(place: CatalogPlace): Catalog | undefined {
  const connection = openIfFit(catalogPath(place));
  return connection && new StoredCatalog(place, connection);
}

/** Removes the catalog of a repository, whatever is in its file. */
export const removeCatalog = (place: Pick<CatalogPlace, 'dir' | 'repository'>): void => removeFile(catalogPath(place));

class StoredCatalog implements Catalog {
  readonly #place: CatalogPlace;
  readonly #path: string;
  #reading: Connection;
  #inode: bigint | undefined;
  #filling: Promise<unknown> = Promise.resolve();

  constructor(place: CatalogPlace, reading: Connection) {
    this.#place = place;
    this.#path = catalogPath(place);
    this.#reading = reading;
    this.#inode = inodeOf(this.#path);
  }

  get isReplaced(): boolean {
    return this.#inode !== inodeOf(this.#path);
  }

  get asOf(): number | undefined {
    return this.#read((from) => from.number("select value from facts where name = 'asOf'") || undefined);
  }

  get bytes(): number {
    return ['', '-wal'].reduce(
      (sum, suffix) => sum + (statSync(this.#path + suffix, { throwIfNoEntry: false })?.size ?? 0),
      0,
    );
  }

  snapshots(): readonly Snapshot[] {
    const select = 'select document from snapshots order by time, id';
    return this.#read((from) => from.all(new Query<{ readonly document: string }>(select))).map(
      ({ document }) => JSON.parse(document) as Snapshot,
    );
  }

  holds(snapshot: string): boolean {
    return this.#read((from) => from.has('select 1 from snapshots where id = ?', snapshot));
  }

  /** One after the other: they write through a connection of their own, so that readers see whole snapshots only. */
  catchUp(backend: Backend, options: CatchUpOptions): Promise<CatchUp> {
    const filled = this.#filling
      .then(() => this.#catchUp(backend, options))
      .catch((thrown: unknown) => {
        throw asCatalogError(thrown);
      });
    this.#filling = filled.catch(() => undefined);
    return filled;
  }

  async #catchUp(backend: Backend, options: CatchUpOptions): Promise<CatchUp> {
    const { clock } = this.#place;
    try {
      using writing = new Connection(this.#path);
      if (isSound(writing, clock)) return await catchUp(writing, clock, backend, options);
    } catch (thrown) {
      if (!isDamage(thrown)) throw thrown;
      this.#place.log.warn({ file: this.#path, error: String(thrown) }, 'a damaged catalog is filled anew');
    }
    this.drop();
    using writing = new Connection(this.#path);
    return await catchUp(writing, clock, backend, options);
  }

  entry(snapshot: string, path: string): SnapshotEntry | undefined {
    return this.#in(snapshot, (from, state) => {
      const row = rowAt(from, state, path);
      return row && entryOf(path, row);
    });
  }

  folder(snapshot: string, path: string): readonly SnapshotEntry[] {
    return this.#in(snapshot, (from, state) => {
      const [place, bare] = placeAt(from, state, path);
      return place === undefined
        ? []
        : childrenOf(from, place, state).map((row) => entryOf(`${bare}/${row.name}`, row));
    });
  }

  *list(snapshot: string, path = '/'): Generator<SnapshotEntry> {
    const own = this.entry(snapshot, path);
    if (own !== undefined) yield own;
    const [from, state] = this.#in(snapshot, (from, state) => [from, state] as const);
    const [id, bare] = placeAt(from, state, path);
    if (id !== undefined) yield* this.#guarded(entriesBelow(from, state, { id, path: bare }));
  }

  find(query: CatalogQuery): Iterable<CatalogHit> {
    return this.#guarded(find(this.#reading, query));
  }

  differences(from: string, to: string): readonly CatalogDifference[] | undefined {
    return this.#in(from, (connection, before) =>
      this.#in(to, (_, after) => (before.root === after.root ? differences(connection, before, after) : undefined)),
    );
  }

  totals(snapshot: string, path: string): readonly FolderTotal[] {
    return this.#in(snapshot, (from, state) => {
      const [id, bare] = placeAt(from, state, path);
      return id === undefined ? [] : totalsIn(from, state, { id, path: bare });
    });
  }

  drop(): void {
    this.#reading[Symbol.dispose]();
    removeFile(this.#path);
    this.#reading = openFile(this.#path);
    this.#inode = inodeOf(this.#path);
  }

  [Symbol.dispose](): void {
    this.#reading[Symbol.dispose]();
  }

  #in<T>(snapshot: string, work: (from: Connection, state: State) => T): T {
    return this.#read((from) => {
      const select = `
        select s.id, l.root from snapshots n join states s on s.id = n.state join lines l on l.id = s.line
        where n.id = ?`;
      const state = from.first(new Query<State>(select), snapshot);
      if (state !== undefined) return work(from, state);
      throw new UmbraError('snapshot.absent', `the catalog has no snapshot ${snapshot}`, {
        hint: 'Fill it: umbra catalog update',
      });
    });
  }

  #read<T>(work: (from: Connection) => T): T {
    try {
      return work(this.#reading);
    } catch (thrown) {
      throw this.#afterDamage(thrown);
    }
  }

  *#guarded<T>(items: Iterable<T>): Generator<T> {
    try {
      yield* items;
    } catch (thrown) {
      throw this.#afterDamage(thrown);
    }
  }

  #afterDamage(thrown: unknown): unknown {
    if (isClosed(thrown)) {
      return new UmbraError('state.busy', 'The catalog was replaced while it was read.', {
        hint: 'Ask again.',
        cause: thrown,
      });
    }
    if (!isDamage(thrown)) return thrown;
    this.#place.log.warn({ file: this.#path, error: String(thrown) }, 'a damaged catalog was removed');
    this.drop();
    return new UmbraError('state.damaged', 'The catalog was damaged and is empty now.', {
      hint: 'Fill it anew: umbra catalog update',
      cause: thrown,
    });
  }
}

const inodeOf = (path: string): bigint | undefined => statSync(path, { bigint: true, throwIfNoEntry: false })?.ino;

/** The place of a path whatever is at it, and the path without a slash at its end. */
function placeAt(from: Connection, state: State, path: string): readonly [number | undefined, string] {
  const steps = stepsOf(path);
  return [placeOf(from, state.root, steps), steps.map((step) => `/${step}`).join('')];
}
