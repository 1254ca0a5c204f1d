import { UmbraError } from '@umbracore/contracts';
import type {
  DurationMs,
  EventOf,
  EventType,
  HistoryStatistics,
  JobDefinition,
  JobId,
  RepositoryDefinition,
  RepositoryName,
  RunId,
  RunOptions,
  RunRecord,
  Trigger,
} from '@umbracore/contracts';
import { ActiveRuns } from './active-runs.ts';
import { BackupJob } from './backup-job.ts';
import type { BackupJobInit } from './backup-job.ts';
import { toBackupRun } from './backup-run.ts';
import type { BackupRun } from './backup-run.ts';
import type { Decision } from './decide.ts';
import { carrierOf } from './dispatch/carrier.ts';
import { Dispatcher } from './dispatch/dispatcher.ts';
import { explain } from './dispatch/explain.ts';
import { findNextStart } from './dispatch/next-start.ts';
import type { NextStart } from './dispatch/next-start.ts';
import { isLaterRetry } from './dispatch/retry-due.ts';
import { runDue } from './dispatch/run-due.ts';
import type { DueOptions } from './dispatch/run-due.ts';
import type { Definitions } from './dispatch/settings.ts';
import { runQueryOf } from './history-query.ts';
import type { HistoryQuery } from './history-query.ts';
import { runsIn, statisticsOf } from './history-statistics.ts';
import type { CoordinatorPorts } from './ports.ts';
import { recoverAll, recoverOne, tidyScratch, tidyUp } from './recovery.ts';
import type { Recovered } from './recovery.ts';
import { Registry } from './registry.ts';
import { Retention } from './retention.ts';
import { RunHandle } from './run-handle.ts';
import { untilCertain } from './until-certain.ts';
import type { BackupProgress } from './run-handle.ts';
import { newRunId } from './run-id.ts';
import { requestAll } from './request-run.ts';
import type { RunSlot } from './request-run.ts';
import { Throttles } from './throttle/throttles.ts';
import { Throttling } from './throttle/throttling.ts';

export interface RunRequest extends RunOptions {
  /** `api` if absent. */
  readonly trigger?: Trigger | undefined;
  /** The slot that the run stands for: the same one never gives two runs. */
  readonly slot?: RunSlot | undefined;
  /** Only this repository of the job. */
  readonly repository?: RepositoryName | undefined;
  /**
   * So many milliseconds is another run of the job on the same repository waited for, at most; `Infinity` as long as it takes.
   * Absent: it refuses this one at once.
   */
  readonly waitMs?: DurationMs | undefined;
  /**
   * Told of each repository that refuses, when it does; the next one follows when this is done with. The handle then rejects with
   * none of these refusals.
   */
  readonly refused?: ((error: UmbraError) => Promise<void> | void) | undefined;
  /** True if `repository` is one of those of a request for the whole job, each of which has its turn. */
  readonly ofWholeJob?: boolean | undefined;
  /** Aborting it cancels the run. */
  readonly signal?: AbortSignal | undefined;
}

export interface RecoverOptions {
  /** Attaches to living engines and carries unfinished runs to their end, instead of leaving them for later. */
  readonly wait?: boolean | undefined;
  /** False leaves retries to their time, also with `wait`: what was asked for now should not wait for them. */
  readonly retries?: boolean | undefined;
  /** Only runs of these jobs. */
  readonly jobs?: readonly JobId[] | undefined;
  /** Waits, up to half a minute, until it is certain of whom cannot be seen from here whether he works. `wait` does that too. */
  readonly certain?: boolean | undefined;
  /** Aborting it ends that wait, and nothing is begun after it. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * Runs backup jobs so that none is lost, doubled or left half done, whatever is killed in between. Several coordinators,
 * also in several processes, may share one store.
 */
export class BackupCoordinator implements AsyncDisposable {
  readonly #ports: CoordinatorPorts;
  readonly #registry = new Registry();
  readonly #active: ActiveRuns;
  readonly #work = new Set<Promise<unknown>>();
  readonly #closing = new AbortController();
  readonly #leaving = new AbortController();
  /** Told of the progress of every run of this coordinator. What it throws is ignored. */
  progressHandler: ((progress: BackupProgress) => void) | undefined;
  #dispatcher: Dispatcher | undefined;
  /** Plans of forget jobs, and pins. */
  readonly retention: Retention;
  /** How gently runs work. */
  readonly throttling: Throttling;

  constructor(ports: CoordinatorPorts) {
    const throttles = new Throttles();
    this.throttling = new Throttling(ports, throttles);
    this.#ports = ports;
    this.retention = new Retention(ports, this.#registry);
    this.#active = new ActiveRuns({
      ports,
      registry: this.#registry,
      closing: this.#closing.signal,
      leaving: this.#leaving.signal,
      throttles,
      cancel: (run, reason) => this.cancel(run, reason),
      isDispatching: () => this.#dispatcher !== undefined,
      recorded: (runs) => this.#dispatcher?.noteRuns(runs),
      // That it has ended was told before, when its place was still taken.
      onGone: () => this.#dispatcher?.kick(),
    });
    this.#active.listen((progress) => this.progressHandler?.(progress));
  }

  /** Listens to events until disposed. */
  on<T extends EventType>(type: T, listener: (event: EventOf<T>) => void): Disposable {
    return this.#ports.events.on(type, listener);
  }

  registerRepository(definition: RepositoryDefinition): void {
    this.#registry.addRepository(definition);
    this.#dispatcher?.noteJobs();
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
    this.#dispatcher?.noteJobs();
    return definition;
  }

  /**
   * Puts other jobs, repositories and limits in the place of all that it knows, or refuses them as a whole. Runs that have been
   * recorded keep the plan that they were recorded with. Throws `usage.*`, `config.*`, and `state.*` if what is due by the old
   * ones cannot be recorded now.
   */
  async replace(definitions: Definitions): Promise<void> {
    const swap = this.#registry.prepare(definitions);
    if (this.#dispatcher === undefined) swap();
    else await this.#dispatcher.replace(swap);
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
        this.#active.listen((progress) => {
          if (runIds.includes(progress.runId)) listener(progress);
        }),
    });
  }

  /**
   * From now on starts what is due, when it is due, and carries on what was left behind. Several coordinators may do so on one
   * store. Disposing the dispatcher, or `stop`, ends it; runs that are under way go on.
   */
  start(): Dispatcher {
    if (this.#closing.signal.aborted) throw new UmbraError('usage.invalid', 'The coordinator is closed');
    this.#dispatcher ??= new Dispatcher({
      ports: this.#ports,
      registry: this.#registry,
      carrier: carrierOf(this.#active, this.#active.recoverer('due'), (work) => this.#track(work)),
      onStop: () => (this.#dispatcher = undefined),
    });
    void this.#track(tidyUp(this.#ports));
    return this.#dispatcher;
  }

  /** Starts nothing more by itself. */
  async stop(): Promise<void> {
    await this.#dispatcher?.[Symbol.asyncDispose]();
  }

  /** Starts once what is due now, and resolves when what could be started has ended. See `runDue`. */
  async runDue(options: DueOptions = {}): Promise<readonly BackupRun[]> {
    const carrier = carrierOf(this.#active, this.#active.recoverer(), (work) => this.#track(work));
    const parts = { ports: this.#ports, registry: this.#registry, carrier };
    void this.#track(tidyUp(this.#ports));
    const chosen = (job: JobId): boolean => options.jobs?.includes(job) ?? true;
    await this.#track(untilCertain(this.#ports, chosen, this.#endingOr(options.signal)));
    return (await this.#track(runDue(parts, options))).map(toBackupRun);
  }

  /** Runs that have ended, newest first. */
  async getBackupHistory(query: HistoryQuery = {}): Promise<readonly BackupRun[]> {
    const records = await this.#ports.store.runs(runQueryOf(query));
    return records.map(toBackupRun);
  }

  /** What the runs come to that a query finds: outcomes, lengths, bytes added. */
  async getBackupStatistics(query: HistoryQuery = {}): Promise<HistoryStatistics> {
    return await statisticsOf(runsIn(this.#ports.store, runQueryOf(query)));
  }

  /** Why the job runs, or does not run, at this moment or another one. For its first repository unless told. */
  async explain(id: JobId, at?: Date, repository?: RepositoryName): Promise<Decision> {
    const job = this.#registry.job(id);
    return await explain(this.#ports, {
      job,
      repository: repository ?? job.repositories[0] ?? '',
      at: at?.getTime() ?? this.#ports.clock.now(),
      limits: this.#registry.limits,
      settlingUntil: this.#dispatcher?.settlingUntil(),
    });
  }

  /** When the job is started next by itself; undefined if no schedule ever starts it. For its first repository unless told. */
  async nextStartOf(id: JobId, repository?: RepositoryName): Promise<NextStart | undefined> {
    const job = this.#registry.job(id);
    return await findNextStart(this.#ports, job, repository ?? job.repositories[0] ?? '');
  }

  /** See `recoverAll`. */
  recover(options: RecoverOptions = {}): Promise<readonly Recovered[]> {
    const { wait = false, retries = true, jobs, certain = wait, signal } = options;
    const chosen = (job: JobId): boolean => jobs?.includes(job) ?? true;
    const { clock } = this.#ports;
    const waits = (run: RunRecord): boolean => wait && (retries || !isLaterRetry(run, clock.now()));
    const ready = certain ? untilCertain(this.#ports, chosen, this.#endingOr(signal)) : Promise.resolve();
    const begin = async (): Promise<readonly Recovered[]> =>
      signal?.aborted === true ? [] : await recoverAll(this.#active.recoverer(), waits, chosen);
    const recovered = this.#track(ready.then(begin));
    // Nobody has to wait for that.
    void this.#track(recovered.then(() => tidyScratch(this.#ports)));
    return recovered;
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
    if (entry !== undefined) await this.#track(recoverOne(this.#active.recoverer(), entry, true));
    return true;
  }

  /**
   * Tells it that this process ends soon, whatever is under way: engines go on without it, and what works inside it ends now and is
   * begun again by the next coordinator.
   */
  leave(): void {
    this.#leaving.abort(new UmbraError('run.terminated', 'The process has to end'));
  }

  /** Waits for runs under way. Those that wait for a retry are given back for another coordinator to carry on. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
    this.#closing.abort(new UmbraError('run.terminated', 'The coordinator was closed'));
    while (this.#work.size > 0) await Promise.allSettled(this.#work);
  }

  async #runAll(id: JobId, request: RunRequest, runIds: RunId[], signal: AbortSignal): Promise<readonly BackupRun[]> {
    if (this.#closing.signal.aborted) throw new UmbraError('usage.invalid', 'The coordinator is closed');
    const plans = this.#registry.plans(id, request);
    const { clock, random = Math.random } = this.#ports;
    runIds.push(...plans.map(() => newRunId(clock.now(), random)));
    const { trigger = 'api', slot, waitMs, repository, ofWholeJob = repository === undefined, refused } = request;
    const isGivenUp = !(await untilCertain(this.#ports, (job) => job === id, this.#endingOr(signal)));
    if (isGivenUp && signal.aborted)
      throw new UmbraError('run.cancelled', `The run was cancelled: ${String(signal.reason)}`);
    // `umbra run` asks for whole jobs only.
    const canWait = ofWholeJob && (trigger === 'api' || trigger === 'manual');
    const closing = this.#endingOr();
    const asked = { plans, runIds, trigger, slot, waitMs, canWait, signal, closing, refused };
    return (await requestAll(this.#active.recoverer(), asked)).map(toBackupRun);
  }

  /** Aborts when this coordinator begins nothing more, or with the other one. */
  #endingOr(signal?: AbortSignal): AbortSignal {
    const ending = [this.#closing.signal, this.#leaving.signal];
    return AbortSignal.any(signal === undefined ? ending : [...ending, signal]);
  }

  #track<T>(work: Promise<T>): Promise<T> {
    this.#work.add(work);
    const forget = (): void => void this.#work.delete(work);
    work.then(forget, forget);
    return work;
  }
}
