import type { Lease, RunId, RunRecord } from '@umbracore/contracts';
import { ActiveRun } from './active-run.ts';
import { nodeRunsOf } from './chain/node-runs.ts';
import type { Patience, RunStart } from './execute-run.ts';
import type { CoordinatorPorts } from './ports.ts';
import type { Recoverer } from './recovery.ts';
import type { Registry } from './registry.ts';
import type { BackupProgress } from './run-handle.ts';
import type { Throttles } from './throttle/throttles.ts';

/** What an async one gives is a promise, whatever its type says. */
type ProgressListener = (progress: BackupProgress) => unknown;

export interface ActiveRunsParts extends Pick<Recoverer, 'cancel' | 'isDispatching' | 'recorded'> {
  readonly ports: CoordinatorPorts;
  readonly registry: Registry;
  readonly closing: AbortSignal;
  readonly leaving: AbortSignal;
  readonly throttles: Throttles;
  /** One has gone that took room from others. */
  readonly onGone: () => void;
}

/** The runs that a coordinator carries out at this moment, and whoever is told of their progress. */
export class ActiveRuns {
  readonly #parts: ActiveRunsParts;
  readonly #active = new Map<RunId, ActiveRun>();
  readonly #listeners = new Set<ProgressListener>();

  constructor(parts: ActiveRunsParts) {
    this.#parts = parts;
  }

  get(run: RunId): ActiveRun | undefined {
    return this.#active.get(run);
  }

  records(): readonly RunRecord[] {
    return [...this.#active.values()].map(({ run }) => run);
  }

  listen(listener: ProgressListener): Disposable {
    this.#listeners.add(listener);
    return { [Symbol.dispose]: () => void this.#listeners.delete(listener) };
  }

  /** With `due`, a run whose retry is due later is left in the store instead of being waited for. */
  recoverer(waiting: 'wait' | 'due' = 'wait'): Recoverer {
    const { ports, cancel, isDispatching, recorded } = this.#parts;
    return {
      ports,
      cancel,
      isDispatching,
      recorded,
      isActive: (run) => this.#active.has(run),
      carryOut: (run, lease, start, patience, signal) =>
        this.#carryOut(run, lease, start, patience === 'wait' ? waiting : patience, signal),
    };
  }

  async #carryOut(
    run: RunRecord,
    lease: Lease,
    start: RunStart,
    patience: Patience,
    signal?: AbortSignal,
  ): Promise<RunRecord> {
    const { ports, registry, closing, leaving, throttles } = this.#parts;
    const active = new ActiveRun({
      ports,
      run,
      lease,
      closing,
      leaving,
      throttles,
      nodes: nodeRunsOf(this.recoverer(), (job, options) => registry.plans(job, options)),
      onProgress: (progress) => this.#tell(progress),
    });
    const cancel = (): void => active.cancel(typeof signal?.reason === 'string' ? signal.reason : 'asked for');
    this.#active.set(run.id, active);
    signal?.addEventListener('abort', cancel, { once: true });
    if (signal?.aborted === true) cancel();
    try {
      return await active.execute(start, patience);
    } finally {
      signal?.removeEventListener('abort', cancel);
      this.#active.delete(run.id);
      this.#parts.onGone();
    }
  }

  #tell(progress: BackupProgress): void {
    for (const listener of this.#listeners) void this.#tellOne(listener, progress);
  }

  /** Waits only to see how a listener that is async ends; it must not end the process as unhandled. */
  async #tellOne(listener: ProgressListener, progress: BackupProgress): Promise<void> {
    try {
      await listener(progress);
    } catch (error) {
      this.#parts.ports.log.warn({ error: String(error) }, 'A listener for progress failed');
    }
  }
}
