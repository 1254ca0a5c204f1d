import { UmbraError } from '@umbracore/contracts';
import type {
  BackendRepository,
  BackupResult,
  BackupSpec,
  CheckReport,
  CheckScope,
  EngineProcess,
  EngineProcesses,
  OutputReader,
  Operation,
  RestoreResult,
  RestoreSpec,
  Snapshot,
  SnapshotEntry,
  SnapshotFilter,
} from '@umbracore/contracts';
import { FakeBackend } from '@umbracore/testkit';
import { copyFileSync, mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Deed, Engine } from './engine.ts';
import type { World } from './world.ts';

/** Something happens to an engine, unless its watcher is killed at this moment. */
export type Step = (name: string, effect: () => void) => Promise<void>;

/** A backend whose repository and engines belong to the world. Between its steps it can be killed as well. */
export class WorldBackend extends FakeBackend {
  readonly #world: World;
  readonly #held: Snapshot[];
  readonly #step: Step;

  constructor(world: World, held: Snapshot[], step: Step) {
    super({ clock: world.clock });
    this.#world = world;
    this.#held = held;
    this.#step = step;
  }

  override async backup(spec: BackupSpec, operation: Operation = {}): Promise<BackupResult> {
    const skips = spec.skipIfUnchanged === true && !spec.force;
    const deed = { skips, whole: () => (spec.dryRun || skips ? undefined : this.#world.save(spec)) };
    return (await this.#operate(operation, deed)).result();
  }

  override async resumeBackup(operation: Operation & { readonly spool: string }): Promise<BackupResult> {
    const engine = this.#world.engines.get(operation.spool);
    if (engine === undefined) throw new UmbraError('engine.lost', 'No engine was ever started there');
    await this.#follow(engine, operation);
    return engine.result();
  }

  override async forget(ids: readonly string[], operation: Operation = {}): Promise<void> {
    const engine = await this.#operate(
      operation,
      inHalves(ids, (id) => this.#remove(id)),
    );
    engine.check();
  }

  /** Each stored anew, under an id that follows from the old one. */
  override async tag(
    ids: readonly string[],
    add: readonly string[],
    remove: readonly string[],
    operation: Operation = {},
  ): Promise<ReadonlyMap<string, string>> {
    const engine = await this.#operate(
      operation,
      inHalves(ids, (id) => this.#retag(id, add, remove)),
    );
    engine.check();
    return new Map(ids.map((id) => [id, renamed(id)]));
  }

  override async prune(operation: Operation = {}): Promise<void> {
    const engine = await this.#operate(operation, this.#noted('prune'));
    engine.check();
  }

  override async check(scope: CheckScope, operation: Operation = {}): Promise<CheckReport> {
    const engine = await this.#operate(operation, this.#noted(`check ${JSON.stringify(scope)}`));
    engine.check();
    return { sound: true, problems: [], advice: [] };
  }

  override async copyFrom(_: BackendRepository, ids: readonly string[], operation: Operation = {}): Promise<void> {
    const offered = this.#world.offered.filter(({ id }) => ids.includes(id));
    const engine = await this.#operate(
      operation,
      inHalves(offered, (snapshot) => this.#world.copy(snapshot)),
    );
    engine.check();
  }

  override async holds(snapshot: string): Promise<boolean> {
    return this.#held.some(({ id }) => id === snapshot);
  }

  override async snapshots(filter: SnapshotFilter = {}): Promise<readonly Snapshot[]> {
    if (this.#world.asksThatFail > 0) {
      this.#world.asksThatFail -= 1;
      throw new UmbraError('repository.unreachable', 'There is no network');
    }
    return this.#held.filter(({ tags }) => (filter.tags ?? []).every((tag) => tags.includes(tag)));
  }

  /** Every snapshot has the same one file, which is still at its source. */
  override async *list(): AsyncGenerator<SnapshotEntry> {
    yield this.#world.entry();
  }

  override async openTrees(): Promise<never> {
    throw new UmbraError('backend.unsupported', 'Nothing is known of chunks here');
  }

  override async restore({ target }: RestoreSpec, operation: Operation = {}): Promise<RestoreResult> {
    const { path, size } = this.#world.entry();
    const engine = await this.#operate(operation, {
      whole: () => {
        mkdirSync(dirname(join(target, path)), { recursive: true });
        copyFileSync(path, join(target, path));
        this.#world.done.push(`restore ${path}`);
        return undefined;
      },
    });
    engine.check();
    return { filesRestored: 1, bytesRestored: size, filesSkipped: 0, failed: [], failedCount: 0 };
  }

  #noted(what: string): Deed {
    return {
      whole: () => {
        this.#world.done.push(what);
        return undefined;
      },
    };
  }

  #retag(id: string, add: readonly string[], remove: readonly string[]): void {
    const place = this.#held.findIndex((snapshot) => snapshot.id === id);
    const snapshot = this.#held[place];
    if (snapshot === undefined) return;
    const tags = [...snapshot.tags.filter((tag) => !remove.includes(tag)), ...add];
    this.#held[place] = { ...snapshot, id: renamed(id), original: snapshot.original ?? id, tags };
  }

  #remove(id: string): void {
    const place = this.#held.findIndex((snapshot) => snapshot.id === id);
    if (place >= 0) this.#held.splice(place, 1);
  }

  async #operate(operation: Operation, deed: Deed): Promise<Engine> {
    const spool = operation.spool ?? '';
    const engine = this.#world.engine(spool, deed);
    try {
      await this.#step('engine: start', () => this.#world.start(spool, engine));
    } catch (error) {
      engine.kill();
      throw error;
    }
    await this.#follow(engine, operation);
    return engine;
  }

  async #follow(engine: Engine, { signal, report }: Operation): Promise<void> {
    const cancelled = (): void => {
      if (signal?.aborted !== true) return;
      engine.kill();
      throw new UmbraError('run.cancelled', 'cancelled');
    };
    report?.(progress(10));
    cancelled();
    if (engine.stage === 'started') await this.#step('engine: save', () => engine.save());
    cancelled();
    report?.(progress(100));
    if (engine.stage === 'saved') await this.#step('engine: end', () => engine.end());
  }
}

/** A deed that can be left half done. */
const inHalves = <T>(items: readonly T[], act: (item: T) => void): Deed => ({
  whole: () => {
    for (const item of items) act(item);
    return undefined;
  },
  half: () => {
    for (const item of items.slice(0, items.length / 2)) act(item);
  },
});

/** Engines without a backend: commands, and what is left of others. */
export function enginesOf(world: World, step: Step): EngineProcesses {
  const unused = (): Promise<never> => Promise.reject(new UmbraError('internal', 'Nothing here calls programs'));
  return {
    prepare() {},
    dismiss() {},
    call: unused,
    converse: unused,
    start: async ({ program, args }, { spool }) => {
      const engine = world.engine(spool, {
        whole: () => {
          world.done.push([program, ...args].join(' '));
          return undefined;
        },
      });
      world.start(spool, engine);
      return processOf(engine, step);
    },
    find: async (spool) => {
      const engine = world.engines.get(spool);
      return engine && processOf(engine, step);
    },
  };
}

const processOf = (engine: Engine, step: Step): EngineProcess => ({
  identity: () => engine.identity,
  isAtWork: () => engine.stage !== 'ended',
  async follow(reader: OutputReader) {
    if (engine.stage === 'started') await step('engine: save', () => engine.save());
    reader.stdout?.('done');
    if (engine.stage === 'saved') await step('engine: end', () => engine.end());
    return engine.exit();
  },
  interrupt: async () => engine.kill(),
  kill: async () => engine.kill(),
  pause: async () => false,
  resume: async () => {},
  adjust: async () => [],
});

const progress = (percentage: number) => ({
  phase: 'uploading' as const,
  percentage,
  filesProcessed: percentage,
  filesTotal: 100,
  bytesProcessed: percentage,
  bytesTotal: 100,
  currentFiles: [],
  errorCount: 0,
});

const renamed = (id: string): string => id.replace(/^0/, 'f');
