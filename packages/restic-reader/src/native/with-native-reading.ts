import {
  type Ability,
  type Backend,
  type BackendFactory,
  type BackendHost,
  type BackendRepository,
  type BackupResult,
  type BackupSpec,
  type Coverage,
  type DurationMs,
  type Instant,
  isUmbraError,
  type NewCheckReport,
  type NewCheckScope,
  type RepositoryStatistics,
  type StatisticsOperation,
  type Operation,
  reasonOf,
  type RereadPace,
  type Snapshot,
  type SnapshotEntry,
  type SnapshotFilter,
  type TreeReader,
} from '@umbracore/contracts';
import type { CheckedPlace } from './native-check.ts';
import { readablePath, type Place } from './place.ts';
import type { KeyRing } from './key-ring.ts';
import type { NativeReads } from './native-reads.ts';

/**
 * A backend of restic that lists snapshots and their entries, and reads single files, in this process where it can; there it gives
 * trees, too. Whatever is in the way, a setting or an error, is a line in the debug log, and restic is asked as if this did not
 * exist; so errors are restic's, too. A key that was found serves the next backend as well.
 *
 * Loads nothing before the first read. The backend is an object of functions of its own, as the restic adapter makes it.
 */
export function withNativeReading(factory: BackendFactory): BackendFactory {
  const shared: Shared = {};
  return (repository, host) => {
    const inner = factory(repository, host);
    const reads = new Attempts(repository, host, shared);
    return {
      ...inner,
      supports: reads.supports(inner.supports),
      backup: (spec, operation) => reads.backup(inner, spec, operation ?? {}),
      snapshots: (filter, operation) => reads.snapshots(inner, filter ?? {}, operation ?? {}),
      snapshotIds: (operation) => reads.snapshotIds(inner, operation ?? {}),
      dump: (snapshot, path, sink, operation) =>
        operation?.archive === undefined
          ? reads.dump(inner, { snapshot, path, sink }, operation ?? {})
          : inner.dump(snapshot, path, sink, operation),
      statistics: (operation) => reads.statistics(inner, operation ?? {}),
      openTrees: (operation) => reads.openTrees(inner, operation ?? {}),
      checkNew: (scope, operation) => reads.checkNew(inner, scope, operation ?? {}),
      coverage: (wanted, operation) => reads.coverage(inner, wanted, operation),
      list: (snapshot, path, operation) => reads.list(inner, snapshot, path, operation ?? {}),
    };
  };
}

/** The engine is on its way by then, and a backup that is shorter is not kept up for anything. */
const engineFirstMs: DurationMs = 150;

/** By all backends of one factory. */
interface Shared {
  ring?: KeyRing;
}

interface Dump {
  readonly snapshot: string;
  readonly path: string;
  readonly sink: (chunk: Uint8Array) => void | Promise<void>;
}

/** What the taker of a dump threw, which is no reason to ask restic. */
class SinkProblem extends Error {
  constructor(cause: unknown) {
    super('what was dumped was not taken', { cause });
  }
}

class Attempts {
  readonly #repository: BackendRepository;
  readonly #host: BackendHost;
  readonly #place: Place;
  readonly #shared: Shared;
  #reads: NativeReads | undefined;
  /** Never rejects. */
  #ready: Promise<void> | undefined;

  constructor(repository: BackendRepository, host: BackendHost, shared: Shared) {
    this.#shared = shared;
    this.#repository = repository;
    this.#host = host;
    this.#place = readablePath(repository, host.env);
  }

  /** Finding a key takes half a second: for the check that comes next it is found while the engine works. */
  async backup(inner: Backend, spec: BackupSpec, operation: Operation): Promise<BackupResult> {
    const ended = new AbortController();
    if (operation.checkedNext === true && this.#checked() !== undefined)
      this.#ready = this.#getReady(ended.signal, operation.signal);
    try {
      return await inner.backup(spec, operation);
    } finally {
      ended.abort();
    }
  }

  async #getReady(ended: AbortSignal, signal: AbortSignal | undefined): Promise<void> {
    await this.#host.clock.sleep(engineFirstMs, ended).catch(() => undefined);
    if (ended.aborted) return;
    try {
      const reads = await this.#open();
      (await reads?.key(signal))?.wipe();
      await import('./native-check.ts');
    } catch (error) {
      this.#fallBack('getting ready', codeAndReason(error));
    }
  }

  async snapshots(inner: Backend, filter: SnapshotFilter, operation: Operation): Promise<readonly Snapshot[]> {
    try {
      const reads = await this.#open();
      if (reads !== undefined) return await reads.snapshots(filter, operation.signal);
    } catch (error) {
      this.#fallBack('snapshots', codeAndReason(error));
    }
    return inner.snapshots(filter, operation);
  }

  async statistics(inner: Backend, operation: StatisticsOperation): Promise<RepositoryStatistics> {
    try {
      const reads = await this.#open();
      if (reads !== undefined) return await reads.statistics(operation);
    } catch (error) {
      this.#fallBack('statistics', codeAndReason(error));
    }
    return inner.statistics(operation);
  }

  /** There is nobody to leave this to. */
  async snapshotIds(inner: Backend, operation: Operation): Promise<readonly string[]> {
    const reads = await this.#open();
    return reads === undefined ? inner.snapshotIds(operation) : reads.snapshotIds(operation.signal);
  }

  supports(inner: ReadonlySet<Ability>): ReadonlySet<Ability> {
    if (this.#place.path === undefined) return inner;
    return new Set([
      ...inner,
      'snapshot-ids',
      'trees',
      ...(this.#checked() === undefined ? [] : ['check-new' as const]),
    ]);
  }

  /** Nor this: what is in the way is the caller's to know. */
  async openTrees(inner: Backend, operation: Operation): Promise<TreeReader> {
    const reads = await this.#open();
    return reads === undefined ? inner.openTrees(operation) : reads.openTrees(operation.signal);
  }

  /** Nor to this: restic does not know what is new. */
  async checkNew(inner: Backend, scope: NewCheckScope, operation: Operation): Promise<NewCheckReport> {
    await this.#ready;
    const [reads, place] = [await this.#open(), this.#checked()];
    if (reads === undefined || place === undefined) return inner.checkNew(scope, operation);
    const { checkAt } = await import('./native-check.ts');
    const now = (): Instant => this.#host.clock.now();
    return checkAt(place, () => reads.key(operation.signal), scope, operation, now);
  }

  async coverage(inner: Backend, wanted: DurationMs | RereadPace, operation: Operation | undefined): Promise<Coverage> {
    const place = this.#checked();
    if (place === undefined) return inner.coverage(wanted, operation);
    const { coverageAt } = await import('./native-check.ts');
    return coverageAt(place, wanted, this.#host.clock.now());
  }

  /** Undefined if nothing can be checked here, or nothing of it remembered. */
  #checked(): CheckedPlace | undefined {
    const [{ path }, { memoryDir, cacheDir }] = [this.#place, this.#host];
    const { name } = this.#repository.definition;
    return path === undefined || memoryDir === undefined ? undefined : { name, path, memoryDir, cacheDir };
  }

  /** Where the native listing breaks off, restic goes on: a snapshot does not change, and both keep the same order. */
  async *list(
    inner: Backend,
    snapshot: string,
    path: string | undefined,
    operation: Operation,
  ): AsyncGenerator<SnapshotEntry> {
    let given = 0;
    try {
      const reads = await this.#open();
      if (reads !== undefined) {
        for await (const entry of reads.list(snapshot, path, operation.signal)) {
          given += 1;
          yield entry;
        }
        return;
      }
    } catch (error) {
      this.#fallBack('list', codeAndReason(error));
    }
    for await (const entry of inner.list(snapshot, path, operation)) {
      if (given > 0) given -= 1;
      else yield entry;
    }
  }

  /** Where the native reading breaks off, restic goes on, as in a listing. */
  async dump(inner: Backend, { snapshot, path, sink }: Dump, operation: Operation): Promise<void> {
    let given = 0;
    const give = async (chunk: Uint8Array): Promise<void> => {
      try {
        await sink(chunk);
      } catch (cause) {
        throw new SinkProblem(cause);
      }
      given += chunk.length;
    };
    try {
      const reads = await this.#open();
      if (reads !== undefined) {
        for await (const chunk of reads.dump(snapshot, path, operation.signal)) await give(chunk);
        return;
      }
    } catch (error) {
      if (error instanceof SinkProblem) throw error.cause;
      this.#fallBack('dump', codeAndReason(error));
    }
    let skip = given;
    const rest = (chunk: Uint8Array): void | Promise<void> => {
      const known = Math.min(skip, chunk.length);
      skip -= known;
      if (known < chunk.length) return sink(chunk.subarray(known));
    };
    await inner.dump(snapshot, path, rest, operation);
  }

  async #open(): Promise<NativeReads | undefined> {
    if (this.#place.path === undefined) {
      this.#fallBack('reading', this.#place.reason);
      return undefined;
    }
    const { KeyRing, NativeReads } = await import('./native-reads.ts');
    this.#shared.ring ??= new KeyRing(this.#host.clock);
    this.#reads ??= new NativeReads(this.#place, this.#repository.access, this.#shared.ring, this.#host.cacheDir);
    return this.#reads;
  }

  #fallBack(operation: string, reason: string): void {
    const { name } = this.#repository.definition;
    this.#host.log.debug({ repository: name, operation, reason }, `${operation}: left to restic: ${reason}`);
  }
}

const codeAndReason = (error: unknown): string =>
  isUmbraError(error) ? `${error.code}: ${error.message}` : reasonOf(error);
