import { runOutcomes, toUmbraError, UmbraError } from '@umbracore/contracts';
import type {
  EventOf,
  EventType,
  JobDefinition,
  JobId,
  Lease,
  RepositoryDefinition,
  RepositoryName,
  RunId,
  RunOptions,
  RunOutcome,
  RunRecord,
  Trigger,
} from '@umbracore/contracts';
import { ActiveRun } from './active-run.ts';
import { BackupJob } from './backup-job.ts';
import type { BackupJobInit, RepositoryRef } from './backup-job.ts';
import { toBackupRun } from './backup-run.ts';
import type { BackupRun } from './backup-run.ts';
import { nodeRunsOf } from './chain/node-runs.ts';
import { decide } from './decide.ts';
import type { Decision } from './decide.ts';
import type { Patience, RunStart } from './execute-run.ts';
import { factsFor } from './gather-facts.ts';
import type { CoordinatorPorts } from './ports.ts';
import { raiseAlarm } from './raise-alarm.ts';
import { recoverAll, recoverOne } from './recovery.ts';
import type { Recovered, Recoverer } from './recovery.ts';
import { Registry } from './registry.ts';
import { RunHandle } from './run-handle.ts';
import type { BackupProgress } from './run-handle.ts';
import { newRunId } from './run-id.ts';
import { requestRun } from './request-run.ts';
import type { RunSlot } from './request-run.ts';

export interface RunRequest extends RunOptions {
  /** `api` if absent. */
  readonly trigger?: Trigger | undefined;
  /** The slot that the run stands for: the same one never gives two runs. */
  readonly slot?: RunSlot | undefined;
  /** Only this repository of the job. */
  readonly repository?: RepositoryName | undefined;
  /** Aborting it cancels the run. */
  readonly signal?: AbortSignal | undefined;
}

export interface HistoryQuery {
  readonly forRepository?: RepositoryRef | undefined;
  readonly jobId?: JobId | undefined;
  /** Asked for at this moment or later. */
  readonly since?: Date | undefined;
  readonly outcome?: RunOutcome | readonly RunOutcome[] | undefined;
  readonly limit?: number | undefined;
}

export interface RecoverOptions {
  /** Attaches to living engines and carries unfinished runs to their end, instead of leaving them for later. */
  readonly wait?: boolean | undefined;
  /** Only runs of these jobs. */
  readonly jobs?: readonly JobId[] | undefined;
}

/**
 * Runs backup jobs so that none is lost, doubled or left half done, whatever is killed in between. Several coordinators,
 * also in several processes, may share one store.
 */
export class BackupCoordinator implements AsyncDisposable {
  readonly #ports: CoordinatorPorts;
  readonly #registry = new Registry();
  readonly #active = new Map<RunId, ActiveRun>();
  readonly #work = new Set<Promise<unknown>>();
  readonly #listeners = new Set<(progress: BackupProgress) => void>();
  readonly #closing = new AbortController();
  #progressHandler: ((progress: BackupProgress) => void) | undefined;

  constructor(ports: CoordinatorPorts) {
    this.#ports = ports;
  }

  /** Told of the progress of every run of this coordinator. What it throws is ignored. */
  get progressHandler(): ((progress: BackupProgress) => void) | undefined {
    return this.#progressHandler;
  }

  set progressHandler(handler: ((progress: BackupProgress) => void) | undefined) {
    this.#progressHandler = handler;
  }

  /** Listens to events until disposed. */
  on<T extends EventType>(type: T, listener: (event: EventOf<T>) => void): Disposable {
    return this.#ports.events.on(type, listener);
  }

  registerRepository(definition: RepositoryDefinition): void {
    this.#registry.addRepository(definition);
  }

  /** Adds a job, or replaces the one with the same id. Throws `usage.invalid` and `schedule.*`. */
  async registerBackupJob(
    job: BackupJob | BackupJobInit | JobDefinition,
    repositories: readonly RepositoryDefinition[] = [],
  ): Promise<JobDefinition> {
    const built = 'kind' in job ? undefined : job instanceof BackupJob ? job : new BackupJob(job);
    const definition = 'kind' in job ? job : built?.define(this.#ports.calendar);
    if (definition === undefined) throw new UmbraError('internal', 'A job without a definition');
    for (const repository of [...(built?.repositories ?? []), ...repositories])
      this.#registry.addRepository(repository);
    this.#registry.addJob(definition);
    return definition;
  }

  jobs(): readonly JobDefinition[] {
    return this.#registry.jobs();
  }

  /**
   * Starts a run for each repository of the job, one after the other. How they end is their outcome; it rejects with
   * `usage.*` for misuse, `job.already-running` if another run is under way, and `state.*` if nothing can be recorded.
   */
  runBackupJob(id: JobId, request: RunRequest = {}): RunHandle {
    const runIds: RunId[] = [];
    const cancelled = new AbortController();
    const signal =
      request.signal === undefined ? cancelled.signal : AbortSignal.any([request.signal, cancelled.signal]);
    const runs = this.#track(this.#runAll(id, request, runIds, signal));
    return new RunHandle({
      runIds,
      runs,
      cancel: (reason) => cancelled.abort(reason),
      listen: (listener) =>
        this.#listen((progress) => {
          if (runIds.includes(progress.runId)) listener(progress);
        }),
    });
  }

  /** Runs that have ended, newest first. */
  async getBackupHistory(query: HistoryQuery = {}): Promise<readonly BackupRun[]> {
    const { forRepository, jobId, since, outcome, limit } = query;
    const records = await this.#ports.store.runs({
      repository: typeof forRepository === 'object' ? forRepository.name : forRepository,
      job: jobId,
      since: since?.getTime(),
      states: outcome === undefined ? runOutcomes : [outcome].flat(),
      limit,
    });
    return records.map(toBackupRun);
  }

  /** Why the job runs, or does not run, at this moment or another one. For its first repository unless told. */
  async explain(id: JobId, at?: Date, repository?: RepositoryName): Promise<Decision> {
    const job = this.#registry.job(id);
    const now = at?.getTime() ?? this.#ports.clock.now();
    const name = repository ?? job.repositories[0] ?? '';
    return decide(job, await factsFor(this.#ports, job, name, now, { asked: false }), now);
  }

  /** See `recoverAll`. */
  recover({ wait = false, jobs }: RecoverOptions = {}): Promise<readonly Recovered[]> {
    const chosen = (job: JobId): boolean => jobs?.includes(job) ?? true;
    return this.#track(recoverAll(this.#recoverer(), wait, chosen));
  }

  /**
   * Cancels a run, whoever carries it out. Resolves once the wish is recorded, or, for a run that nobody carries out, once
   * it has ended. False if it had ended before. Throws `usage.unknown-run`.
   */
  async cancel(id: RunId, reason = 'asked for'): Promise<boolean> {
    const { store, clock } = this.#ports;
    const active = this.#active.get(id);
    if (active !== undefined) {
      active.cancel(reason);
      return true;
    }
    if ((await store.run(id)) === undefined) {
      throw new UmbraError('usage.unknown-run', `There is no run ${id}`, { hint: 'List runs with `umbra history`.' });
    }
    if (!(await store.requestCancel(id, clock.now()))) return false;
    const entry = (await store.open()).find(({ run }) => run.id === id);
    if (entry !== undefined) await this.#track(recoverOne(this.#recoverer(), entry, true));
    return true;
  }

  /** Waits for runs under way. Those that wait for a retry are given back for another coordinator to carry on. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#closing.abort(new UmbraError('run.terminated', 'The coordinator was closed'));
    while (this.#work.size > 0) await Promise.allSettled(this.#work);
  }

  async #runAll(id: JobId, request: RunRequest, runIds: RunId[], signal: AbortSignal): Promise<readonly BackupRun[]> {
    if (this.#closing.signal.aborted) throw new UmbraError('usage.invalid', 'The coordinator is closed');
    const plans = this.#registry.plans(id, request);
    const { clock, random = Math.random } = this.#ports;
    runIds.push(...plans.map(() => newRunId(clock.now(), random)));
    const ended: BackupRun[] = [];
    let refusal: UmbraError | undefined;
    for (const [index, plan] of plans.entries()) {
      if (index > 0 && signal.aborted) break;
      try {
        const run = await requestRun(
          this.#recoverer(),
          { ...request, id: runIds[index] ?? '', plan, signal },
          (run) => {
            runIds[index] = run.id;
          },
        );
        ended.push(toBackupRun(run));
      } catch (error) {
        refusal ??= toUmbraError(error);
        raiseAlarm(this.#ports, toUmbraError(error));
      }
    }
    if (refusal !== undefined) throw refusal;
    return ended;
  }

  #recoverer(): Recoverer {
    return {
      ports: this.#ports,
      isActive: (run) => this.#active.has(run),
      carryOut: (run, lease, start, patience, signal) => this.#carryOut(run, lease, start, patience, signal),
      cancel: (run, reason) => this.cancel(run, reason),
    };
  }

  async #carryOut(
    run: RunRecord,
    lease: Lease,
    start: RunStart,
    patience: Patience,
    signal?: AbortSignal,
  ): Promise<RunRecord> {
    const active = new ActiveRun({
      ports: this.#ports,
      run,
      lease,
      closing: this.#closing.signal,
      nodes: nodeRunsOf(this.#recoverer(), (job, options) => this.#registry.plans(job, options)),
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
    }
  }

  #listen(listener: (progress: BackupProgress) => void): Disposable {
    this.#listeners.add(listener);
    return { [Symbol.dispose]: () => void this.#listeners.delete(listener) };
  }

  #tell(progress: BackupProgress): void {
    for (const listener of [...this.#listeners, this.#progressHandler]) {
      try {
        listener?.(progress);
      } catch (error) {
        this.#ports.log.warn({ error: String(error) }, 'A listener for progress failed');
      }
    }
  }

  #track<T>(work: Promise<T>): Promise<T> {
    this.#work.add(work);
    const forget = (): void => void this.#work.delete(work);
    work.then(forget, forget);
    return work;
  }
}
