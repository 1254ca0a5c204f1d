import { toUmbraError, UmbraError, unknownProgress } from '@umbracore/contracts';
import type {
  DurationMs,
  Instant,
  Operation,
  ProcessIdentity,
  Progress,
  RunId,
  RunPlan,
  SourceFact,
  StepKind,
} from '@umbracore/contracts';
import { join } from 'node:path';
import type { HeldRun } from './held-run.ts';
import { isLeftOpen } from './left-open.ts';
import type { CoordinatorPorts } from './ports.ts';
import { progressMeter } from './progress-meter.ts';
import { maxAttemptsOf } from './retry.ts';
import { spoolOfRun } from './run-log.ts';
import type { RunScope } from './run-scope.ts';
import { RunThrottle } from './throttle/run-throttle.ts';
import { Watchdog } from './watchdog.ts';

/** What is kept of a piece of an attempt. */
export type StepDetail = Readonly<Record<string, unknown>>;

/** An operation whose engine leaves its traces. */
export type SpooledOperation = Operation & { readonly spool: string };

/** One attempt as the work of every kind sees it: its signal, its steps, its log and its progress. */
export class Attempt implements Disposable {
  readonly scope: RunScope;
  /** Aborts when the run is to be cancelled, is lost to somebody else, takes too long or hangs. */
  readonly signal: AbortSignal;
  /** Holds its engines to what is wanted of them. */
  readonly throttle: RunThrottle;
  readonly #watchdog: Watchdog;
  readonly #meter = progressMeter();
  #engines = 0;
  #hasBegun: boolean;
  #last: Progress = unknownProgress;
  #lastWords: string | undefined;

  /** `elapsedMs` is for how long the attempt has been under way already, `hasBegun` whether that is on record. */
  constructor(
    scope: RunScope,
    { elapsedMs, hasBegun }: { readonly elapsedMs: DurationMs; readonly hasBegun: boolean },
  ) {
    const { kind, stallTimeoutMs: stallMs, maxRuntimeMs } = scope.held.record.plan.job;
    const stallHint = kind === 'command' ? giveMoreTime : undefined;
    this.scope = scope;
    this.#hasBegun = hasBegun;
    this.#watchdog = new Watchdog(scope.ports.clock, { stallMs, maxRuntimeMs, elapsedMs, stallHint });
    this.signal = AbortSignal.any([scope.signal, this.#watchdog.signal]);
    this.throttle = new RunThrottle({
      scope,
      signal: this.signal,
      throttles: scope.throttles,
      alive: () => this.alive(),
      waiting: () => this.waiting(),
    });
  }

  get ports(): CoordinatorPorts {
    return this.scope.ports;
  }

  get held(): HeldRun {
    return this.scope.held;
  }

  get run(): RunId {
    return this.held.record.id;
  }

  get plan(): RunPlan {
    return this.held.record.plan;
  }

  /** From 1, once it began. */
  get number(): number {
    return this.held.record.attempts.length;
  }

  /** Durable when it resolves: the attempt counts from now on. Again only what was found of the sources is new. */
  async begin(at: Instant, sources: readonly SourceFact[] = []): Promise<void> {
    if (this.#hasBegun) {
      if (sources.length > 0) await this.held.advance({ type: 'sources-seen', sources });
      return;
    }
    this.#hasBegun = true;
    await this.held.advance({ type: 'attempt-started', at, sources });
    const maxAttempts = Math.max(this.number, maxAttemptsOf(this.plan.job.retry));
    this.scope.publish({ type: 'run.started', attempt: this.number, maxAttempts });
  }

  adopt(): void {
    this.scope.publish({ type: 'run.adopted', attempt: this.number });
  }

  /** Where the next engine of this attempt leaves its traces: every one has a folder of its own. */
  newSpool(): string {
    this.#engines += 1;
    const name = this.#engines === 1 ? `${this.number}` : `${this.number}-${this.#engines}`;
    return join(spoolOfRun(this.ports.spoolDir, this.run), name);
  }

  /** Durable when it resolves: the effect may follow. */
  async intend(kind: StepKind, detail: StepDetail): Promise<void> {
    await this.held.recordStep({ kind, stage: 'intent', at: this.ports.clock.now(), detail });
  }

  /**
   * What an engine came to, durable with what comes next: its spool tells the same as long as the run is open. Its identity goes
   * to the journal, for its lock may be found in the way much later.
   */
  async ended(kind: StepKind, spool: string, detail: StepDetail): Promise<void> {
    const { ports, held } = this.scope;
    const engine = await this.#identityOf(spool);
    held.noteStep({ kind, stage: 'done', at: ports.clock.now(), detail: { spool, engine, ...detail } });
  }

  /** Null where it cannot be had any more: the effect has happened, and recovery can do without. */
  async #identityOf(spool: string): Promise<ProcessIdentity | null> {
    const { ports, log } = this.scope;
    try {
      return (await ports.engineProcesses.find(spool))?.identity() ?? null;
    } catch (error) {
      log.warn({ error: String(error) }, 'Which process the engine was is not known');
      return null;
    }
  }

  operation(spool: string): SpooledOperation {
    return {
      spool,
      signal: this.throttle.signalFor(spool),
      orphanPolicy: this.plan.job.orphanPolicy,
      limits: this.throttle.limits,
      report: (progress) => this.report(progress),
      note: (line) => this.note(line),
    };
  }

  note(line: string): void {
    this.scope.note(line);
    if (!this.signal.aborted) this.#lastWords = line;
  }

  /** The end of an engine is not that of the attempt: what comes next has its numbers. */
  report(progress: Progress): void {
    this.#last = progress;
    this.#watchdog.saw(progress);
    if (progress.phase !== 'done') this.#tell(progress);
  }

  /** The engine has done its part; what it made is looked at. */
  verifying(): void {
    this.report({ ...this.#last, phase: 'verifying' });
  }

  /** Nothing comes after it. An attempt of which nothing was told says nothing here either. */
  done(): void {
    if (this.#last !== unknownProgress) this.#tell({ ...this.#last, phase: 'done', percentage: 100 });
  }

  /** For something that is in the way. */
  waiting(): void {
    this.alive();
    this.#tell({ ...this.#last, phase: 'waiting' });
  }

  #tell(progress: Progress): void {
    this.scope.report(this.#meter(progress, this.ports.clock.monotonicMs()));
  }

  /** Something but progress shows that the attempt does not hang. */
  alive(): void {
    this.#watchdog.alive();
  }

  /** Why the attempt ended: an abort of ours goes before whatever the backend made of it. */
  causeOf(thrown: unknown): UmbraError {
    // The coordinator is closed: that ends no run.
    if (isLeftOpen(this.scope, thrown)) return toUmbraError(thrown);
    if (this.scope.signal.aborted) return toUmbraError(this.scope.signal.reason);
    if (this.#watchdog.signal.aborted) return this.#withLastWords(toUmbraError(this.#watchdog.signal.reason));
    const error = toUmbraError(thrown);
    if (error.code !== 'run.cancelled' && error.code !== 'run.terminated') return error;
    return new UmbraError('run.interrupted', 'Somebody else ended the engine', { cause: error });
  }

  [Symbol.dispose](): void {
    this.throttle[Symbol.dispose]();
    this.#watchdog[Symbol.dispose]();
  }

  /** What an engine that hangs complained about is most likely why it hangs. */
  #withLastWords(error: UmbraError): UmbraError {
    if (this.#lastWords === undefined) return error;
    const { code, message, hint } = error;
    return new UmbraError(code, `${message}; the engine said last: ${this.#lastWords}`, { hint, cause: error });
  }
}

const giveMoreTime = 'Give the job a longer `stallTimeout` if its command says nothing for so long while all is well.';
