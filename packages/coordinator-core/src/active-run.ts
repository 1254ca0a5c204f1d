import { UmbraError } from '@umbracore/contracts';
import type { Lease, RunRecord } from '@umbracore/contracts';
import type { NodeRuns } from './chain/node-runs.ts';
import { executeRun } from './execute-run.ts';
import type { Patience, RunStart } from './execute-run.ts';
import { HeldRun } from './held-run.ts';
import { LeaseKeeper } from './lease-keeper.ts';
import type { CoordinatorPorts } from './ports.ts';
import type { BackupProgress } from './run-handle.ts';
import { notebook, tidySpool, writeLog } from './run-log.ts';
import type { RunScope } from './run-scope.ts';
import { runSubject } from './run-subject.ts';
import type { Throttles } from './throttle/throttles.ts';
import { isTerminal } from '@umbracore/contracts';

export interface ActiveRunOptions {
  readonly ports: CoordinatorPorts;
  readonly run: RunRecord;
  readonly lease: Lease;
  readonly closing: AbortSignal;
  readonly leaving: AbortSignal;
  readonly nodes: NodeRuns;
  readonly throttles: Throttles;
  readonly onProgress: (progress: BackupProgress) => void;
}

/** A run while this coordinator carries it out: its heartbeat, its log and the way to cancel it. */
export class ActiveRun {
  readonly #options: ActiveRunOptions;
  readonly #abort = new AbortController();
  readonly #notes = notebook();

  constructor(options: ActiveRunOptions) {
    this.#options = options;
  }

  /** As it was when it was taken. */
  get run(): RunRecord {
    return this.#options.run;
  }

  cancel(reason: string): void {
    if (this.#abort.signal.aborted) return;
    const { ports, run } = this.#options;
    ports.events.publish({ type: 'run.cancelling', ...runSubject(run, ports.clock.now()), reason });
    this.#abort.abort(new UmbraError('run.cancelled', `The run was cancelled: ${reason}`));
  }

  /** See `executeRun`. The run is given back if it was not ended. */
  async execute(start: RunStart, patience: Patience): Promise<RunRecord> {
    const { ports, run, lease } = this.#options;
    const { store, clock, log } = ports;
    await using keeper = new LeaseKeeper({
      store,
      clock,
      log,
      lease,
      onCancelRequested: () => this.cancel('asked for by another process'),
      onLost: (error) => this.#abort.abort(error),
    });
    if (run.cancelRequestedAt !== null) this.cancel('asked for by another process');
    const held = new HeldRun(store, keeper, run);
    try {
      const record = await executeRun(this.#scope(held), start, patience);
      if (!isTerminal(record.state)) await held.release();
      return record;
    } catch (error) {
      await held.release().catch(() => {});
      throw error;
    } finally {
      this.#keepLog(held.record);
    }
  }

  #scope(held: HeldRun): RunScope {
    const { ports, closing, leaving, nodes, throttles, onProgress } = this.#options;
    const { id, job, repository } = held.record;
    // Every attempt sees the same.
    const warned = new Set<string>();
    const base = () => runSubject(held.record, ports.clock.now());
    const note = (line: string, attention = false): void => {
      this.#notes.add(`${new Date(ports.clock.now()).toISOString()} ${line}`);
      ports.events.publish({ type: 'run.note', ...base(), line, ...(attention && { attention }) });
    };
    return {
      ports,
      held,
      nodes,
      throttles,
      closing,
      leaving,
      signal: this.#abort.signal,
      log: ports.log.child({ run: id, job, repository }),
      note: (line) => note(line),
      warn(line) {
        if (warned.has(line)) return;
        warned.add(line);
        note(line, true);
      },
      report: (progress) => {
        ports.events.publish({ type: 'run.progress', ...base(), progress });
        onProgress({ ...progress, runId: id, jobId: job, repository });
      },
      publish: (event) => ports.events.publish({ ...event, ...base() }),
    };
  }

  /** Trouble with the log must not change how a run ends. */
  #keepLog(record: RunRecord): void {
    const { id, state } = record;
    const { ports } = this.#options;
    try {
      writeLog(ports.spoolDir, id, this.#notes.take());
      if (isTerminal(state)) tidySpool(ports.spoolDir, record);
    } catch (error) {
      ports.log.warn({ run: id, error: String(error) }, 'The log of the run could not be written');
    }
  }
}
