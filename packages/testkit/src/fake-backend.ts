import {
  type Ability,
  type Backend,
  type BackendRepository,
  type BackupResult,
  type BackupSpec,
  type CheckReport,
  type CheckScope,
  type Clock,
  type Coverage,
  type DiffOperation,
  type DumpOperation,
  type DurationMs,
  type EngineFacts,
  type ErrorCode,
  type FindMatch,
  type FindSpec,
  type KeyRecord,
  type LockRecord,
  type MachineKey,
  type NewCheckReport,
  type NewCheckScope,
  type Operation,
  type RereadPace,
  type RepairResult,
  type RepairStep,
  type RepositoryFacts,
  type RepositoryStatistics,
  type RestoreResult,
  type RestoreSpec,
  type Secret,
  type Snapshot,
  type SnapshotDiff,
  type SnapshotEntry,
  type SnapshotFilter,
  type TreeReader,
  UmbraError,
  unknownProgress,
} from '@umbracore/contracts';
import { archiveOf } from './fake-archive.ts';
import { FakeClock } from './fake-clock.ts';
import { FakeNewCheck } from './fake-new-check.ts';
import { compareTrees, isBelow, matchesPattern } from './fake-queries.ts';
import { type BackendMethod, FakeScript, type HeldCall, scriptedError, throwIfCancelled } from './fake-script.ts';
import { FakeStorage } from './fake-storage.ts';
import { fakeTreeReader } from './fake-tree-reader.ts';
import { runBackup, runRestore } from './fake-work.ts';

export interface FakeBackendOptions {
  readonly name?: string | undefined;
  /** All abilities if absent. */
  readonly supports?: readonly Ability[] | undefined;
  /** False: `create` has to be called first. Default true. */
  readonly exists?: boolean | undefined;
  readonly clock?: Clock | undefined;
  /** Other repositories by location, for `copyFrom`. */
  readonly others?: ReadonlyMap<string, FakeBackend> | undefined;
}

interface FakeEngine {
  readonly controller: AbortController;
  readonly result: Promise<BackupResult>;
}

export const allAbilities: readonly Ability[] = [
  'list',
  'snapshot-ids',
  'trees',
  'find',
  'diff',
  'dump',
  'archive',
  'check',
  'check-data',
  'check-new',
  'forget',
  'prune',
  'copy',
  'tag',
  'locks',
  'keys',
  'machine-key',
  'statistics',
  'repair',
  'upgrade',
  'compression',
  'dry-run',
  'program-output',
  'resume',
];

/**
 * A repository in memory behind the backend contract. It reads real sources and restores to real folders; what it does
 * next can be scripted. It passes `backendCases`.
 */
export class FakeBackend implements Backend {
  readonly name: string;
  readonly supports: ReadonlySet<Ability>;
  /** Every call, in order, with its arguments but the operation. */
  readonly calls: { readonly method: string; readonly args: readonly unknown[] }[] = [];
  readonly newCheck = new FakeNewCheck();
  readonly #clock: Clock;
  readonly #others: ReadonlyMap<string, FakeBackend>;
  readonly #script = new FakeScript();
  readonly #storage = new FakeStorage();
  readonly #engines = new Map<string, FakeEngine>();
  readonly #unreadable = new Map<string, string>();
  readonly #changes: ((result: BackupResult) => BackupResult)[] = [];

  constructor(options: FakeBackendOptions = {}) {
    this.name = options.name ?? 'fake';
    this.supports = new Set(options.supports ?? allAbilities);
    this.#storage.exists = options.exists ?? true;
    this.#clock = options.clock ?? new FakeClock();
    this.#others = options.others ?? new Map<string, FakeBackend>();
  }

  /** The next `times` calls, of one method or of any, reject with this code. */
  failNext(code: ErrorCode, options: { method?: BackendMethod; message?: string; times?: number } = {}): void {
    this.#script.fail(scriptedError(code, options.message), options.method, options.times ?? 1);
  }

  /** The next call, of one method or of any, waits until it is released or cancelled. */
  holdNext(method?: BackendMethod): HeldCall {
    return this.#script.hold(method);
  }

  /** The next call never answers, but it can be cancelled. */
  hang(method?: BackendMethod): void {
    this.#script.hold(method);
  }

  /** From now on this path cannot be read. */
  makeUnreadable(path: string, reason = 'permission denied'): void {
    this.#unreadable.set(path, reason);
  }

  /** The next backup does its work, but tells something else about it. */
  alterNextBackup(change: (result: BackupResult) => BackupResult): void {
    this.#changes.push(change);
  }

  /** From now on `check` finds this. */
  damage(problem: string): void {
    this.#storage.problems.push(problem);
  }

  /** From now on `check` finds nothing. */
  mend(): void {
    this.#storage.problems.length = 0;
  }

  /** A lock that somebody else holds. It is only shown; the fake itself does not mind it. */
  putLock(lock: LockRecord): void {
    this.#storage.locks.set(lock.id, lock);
  }

  /** A snapshot that somebody else made. Its tree is empty. */
  putSnapshot(snapshot: Snapshot): void {
    this.#storage.put({ snapshot, tree: new Map() });
  }

  engine(operation?: Operation): Promise<EngineFacts> {
    return this.#call('engine', [], operation, () => ({
      name: 'fake',
      version: '1.0.0',
      program: '/nowhere/fake',
      limitations: [],
    }));
  }

  open(operation?: Operation): Promise<RepositoryFacts> {
    return this.#onRepository('open', [], operation, () => this.#storage.facts());
  }

  create(operation?: Operation): Promise<RepositoryFacts> {
    return this.#call('create', [], operation, () => {
      if (this.#storage.exists) throw new UmbraError('repository.exists', 'there is a repository already');
      this.#storage.exists = true;
      return this.#storage.facts();
    });
  }

  async backup(spec: BackupSpec, operation: Operation = {}): Promise<BackupResult> {
    if (spec.dryRun) this.#need('dry-run');
    if (spec.output !== undefined) this.#need('program-output');
    const engine = this.#startEngine(spec, operation);
    if (operation.spool !== undefined) this.#engines.set(operation.spool, engine);
    return await attach(engine, operation.signal);
  }

  async resumeBackup(operation: Operation & { readonly spool: string }): Promise<BackupResult> {
    this.calls.push({ method: 'resumeBackup', args: [] });
    this.#need('resume');
    const engine = this.#engines.get(operation.spool);
    if (!engine) throw new UmbraError('engine.lost', `no backup was started in ${operation.spool}`);
    return await attach(engine, operation.signal);
  }

  holds(snapshot: string, operation?: Operation): Promise<boolean> {
    return this.#onRepository('holds', [snapshot], operation, () => this.#storage.has(snapshot));
  }

  snapshots(filter: SnapshotFilter = {}, operation?: Operation): Promise<readonly Snapshot[]> {
    return this.#onRepository('snapshots', [filter], operation, () => this.#storage.select(filter));
  }

  snapshotIds(operation?: Operation): Promise<readonly string[]> {
    return this.#withAbility('snapshotIds', 'snapshot-ids', [], operation, () =>
      this.#storage.select({}).map(({ id }) => id),
    );
  }

  async *list(snapshot: string, path?: string, operation?: Operation): AsyncGenerator<SnapshotEntry> {
    this.#need('list');
    const saved = await this.#onRepository('list', [snapshot, path], operation, () => this.#storage.get(snapshot));
    for (const { entry } of saved.tree.values()) {
      throwIfCancelled(operation?.signal);
      if (path === undefined || isBelow(entry.path, path)) yield entry;
    }
  }

  openTrees(operation?: Operation): Promise<TreeReader> {
    return this.#withAbility('openTrees', 'trees', [], operation, () =>
      fakeTreeReader((id) => this.#storage.get(id).tree),
    );
  }

  find(spec: FindSpec, operation?: Operation): Promise<readonly FindMatch[]> {
    return this.#withAbility('find', 'find', [spec], operation, () =>
      this.#storage
        .select(spec.snapshots)
        .flatMap((snapshot) =>
          [...this.#storage.get(snapshot.id).tree.values()]
            .filter(({ entry }) => matchesPattern(entry.path, spec.pattern, spec.ignoreCase))
            .map(({ entry }) => ({ snapshot: snapshot.id, entry })),
        ),
    );
  }

  async diff(from: string, to: string, operation: DiffOperation = {}): Promise<SnapshotDiff> {
    const { changes, ...totals } = await this.#withAbility('diff', 'diff', [from, to], operation, () =>
      compareTrees(this.#storage.get(from).tree, this.#storage.get(to).tree),
    );
    const told = changes.filter(({ change }) => operation.metadata === true || change !== 'metadata');
    if (operation.take === undefined) return { changes: told, ...totals };
    await operation.take(told);
    return { changes: [], ...totals };
  }

  async dump(
    snapshot: string,
    path: string,
    sink: (chunk: Uint8Array) => void | Promise<void>,
    operation?: DumpOperation,
  ): Promise<void> {
    const ability = operation?.archive === undefined ? 'dump' : 'archive';
    const saved = await this.#withAbility('dump', ability, [snapshot, path], operation, () =>
      this.#storage.get(snapshot),
    );
    if (ability === 'archive') {
      const inside = [...saved.tree.values()].filter(({ entry }) => isBelow(entry.path, path));
      return sink(archiveOf(inside));
    }
    const file = saved.tree.get(path);
    if (!file) throw new UmbraError('usage.invalid', `${path} is not in snapshot ${snapshot}`);
    await sink(file.content);
  }

  restore(spec: RestoreSpec, operation: Operation = {}): Promise<RestoreResult> {
    return this.#onRepository('restore', [spec], operation, () =>
      runRestore(this.#storage.get(spec.snapshot).tree, spec, operation),
    );
  }

  check(scope: CheckScope, operation?: Operation): Promise<CheckReport> {
    const ability = scope.type === 'structure' ? 'check' : 'check-data';
    return this.#withAbility('check', ability, [scope], operation, () => ({
      sound: this.#storage.problems.length === 0,
      problems: [...this.#storage.problems],
      advice: [],
      repairs: this.#storage.problems.length === 0 ? [] : [{ type: 'index' }],
    }));
  }

  checkNew(scope: NewCheckScope, operation?: Operation): Promise<NewCheckReport> {
    return this.#withAbility('checkNew', 'check-new', [scope], operation, () =>
      this.newCheck.check(this.#storage.packs(), [...this.#storage.problems], scope, this.#clock.now()),
    );
  }

  coverage(wanted: DurationMs | RereadPace, operation?: Operation): Promise<Coverage> {
    return this.#withAbility('coverage', 'check-new', [wanted], operation, () =>
      this.newCheck.coverage(this.#storage.packs(), wanted, this.#clock.now()),
    );
  }

  forget(snapshots: readonly string[], operation?: Operation): Promise<void> {
    return this.#withAbility('forget', 'forget', [snapshots], operation, () => {
      for (const id of snapshots) this.#storage.remove(id);
    });
  }

  prune(operation?: Operation): Promise<void> {
    return this.#withAbility('prune', 'prune', [], operation, () => {});
  }

  copyFrom(source: BackendRepository, snapshots: readonly string[], operation?: Operation): Promise<void> {
    const { location } = source.definition;
    return this.#withAbility('copyFrom', 'copy', [location, snapshots], operation, () => {
      const other = this.#others.get(location);
      if (!other) throw new UmbraError('repository.absent', `no repository at ${location}`);
      for (const id of snapshots) this.#storage.again(other.#storage.get(id));
    });
  }

  tag(
    snapshots: readonly string[],
    add: readonly string[],
    remove: readonly string[],
    operation?: Operation,
  ): Promise<ReadonlyMap<string, string>> {
    return this.#withAbility('tag', 'tag', [snapshots, add, remove], operation, () => {
      return new Map(snapshots.map((id) => [id, this.#storage.retag(id, add, remove)]));
    });
  }

  statistics(operation?: Operation): Promise<RepositoryStatistics> {
    return this.#withAbility('statistics', 'statistics', [], operation, () => this.#storage.statistics());
  }

  /** Heals everything. */
  repair(step: RepairStep, operation?: Operation): Promise<RepairResult> {
    return this.#withAbility('repair', 'repair', [step], operation, () => {
      this.#storage.problems.length = 0;
      return { lines: [] };
    });
  }

  upgrade(operation?: Operation): Promise<RepositoryFacts> {
    return this.#withAbility('upgrade', 'upgrade', [], operation, () => this.#storage.facts());
  }

  locks(operation?: Operation): Promise<readonly LockRecord[]> {
    return this.#withAbility('locks', 'locks', [], operation, () => [...this.#storage.locks.values()]);
  }

  removeLocks(locks: readonly LockRecord[], operation?: Operation): Promise<void> {
    return this.#withAbility('removeLocks', 'locks', [locks], operation, () => {
      for (const { id } of locks) this.#storage.locks.delete(id);
    });
  }

  keys(operation?: Operation): Promise<readonly KeyRecord[]> {
    return this.#withAbility('keys', 'keys', [], operation, () => this.#storage.keys);
  }

  addKey(_password: Secret, operation?: Operation): Promise<string> {
    return this.#withAbility('addKey', 'keys', [], operation, () => this.#storage.addKey());
  }

  removeKey(id: string, operation?: Operation): Promise<void> {
    return this.#withAbility('removeKey', 'keys', [id], operation, () => this.#storage.removeKey(id));
  }

  machineKey(): Promise<MachineKey | undefined> {
    const id = this.#storage.machineKey;
    return Promise.resolve(id === undefined ? undefined : { id, file: '/nowhere/fake.machine-key' });
  }

  addMachineKey(operation?: Operation): Promise<MachineKey> {
    return this.#withAbility('addMachineKey', 'machine-key', [], operation, () => {
      const id = this.#storage.machineKey ?? this.#storage.addKey();
      this.#storage.machineKey = id;
      return { id, file: '/nowhere/fake.machine-key' };
    });
  }

  removeMachineKey(operation?: Operation): Promise<boolean> {
    return this.#withAbility('removeMachineKey', 'machine-key', [], operation, () => {
      const id = this.#storage.machineKey;
      this.#storage.machineKey = undefined;
      if (id !== undefined) this.#storage.removeKey(id);
      return id !== undefined;
    });
  }

  passThrough(args: readonly string[]): Promise<number> {
    this.calls.push({ method: 'passThrough', args });
    return Promise.resolve(0);
  }

  #startEngine(spec: BackupSpec, operation: Operation): FakeEngine {
    const controller = new AbortController();
    operation.report?.(unknownProgress);
    const result = this.#onRepository('backup', [spec], { ...operation, signal: controller.signal }, async () => {
      const release = this.#storage.lock(this.#clock.now(), spec.host);
      try {
        const backup = { spec, operation, signal: controller.signal, unreadable: this.#unreadable };
        const result = await runBackup(this.#storage, this.#clock, backup);
        return this.#changes.shift()?.(result) ?? result;
      } finally {
        release();
      }
    });
    result.catch(() => {}); // Whoever attaches sees the rejection; a dead coordinator does not have to.
    return { controller, result };
  }

  #withAbility<T>(
    method: BackendMethod,
    ability: Ability,
    args: readonly unknown[],
    operation: Operation | undefined,
    act: () => T | Promise<T>,
  ): Promise<T> {
    if (!this.supports.has(ability)) return Promise.reject(unsupported(this.name, ability));
    return this.#onRepository(method, args, operation, act);
  }

  #onRepository<T>(
    method: BackendMethod,
    args: readonly unknown[],
    operation: Operation | undefined,
    act: () => T | Promise<T>,
  ): Promise<T> {
    return this.#call(method, args, operation, () => {
      if (!this.#storage.exists) throw new UmbraError('repository.absent', 'there is no repository');
      return act();
    });
  }

  async #call<T>(
    method: BackendMethod,
    args: readonly unknown[],
    operation: Operation | undefined,
    act: () => T | Promise<T>,
  ): Promise<T> {
    this.calls.push({ method, args });
    await this.#script.play(method, operation?.signal ?? new AbortController().signal);
    return await act();
  }

  #need(ability: Ability): void {
    if (!this.supports.has(ability)) throw unsupported(this.name, ability);
  }
}

function unsupported(name: string, ability: Ability): UmbraError {
  return new UmbraError('backend.unsupported', `the backend ${name} cannot do ${ability}`);
}

async function attach(engine: FakeEngine, signal: AbortSignal | undefined): Promise<BackupResult> {
  const onAbort = () => engine.controller.abort();
  if (signal?.aborted) onAbort();
  signal?.addEventListener('abort', onAbort, { once: true });
  try {
    return await engine.result;
  } finally {
    signal?.removeEventListener('abort', onAbort);
  }
}
