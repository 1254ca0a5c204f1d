import { UmbraError } from '@umbracore/contracts';
import type { Clock, DurationMs, Progress } from '@umbracore/contracts';

const tickMs: DurationMs = 1000;
/** An engine that has not said anything for so long after its start never will. Large indexes take minutes to load. */
const firstReportMs: DurationMs = 15 * 60_000;

export interface WatchdogLimits {
  /** An attempt without progress for so long is ended. */
  readonly stallMs: DurationMs;
  /** An attempt that takes longer is ended; undefined means no limit. */
  readonly maxRuntimeMs: DurationMs | undefined;
  /** How long the attempt has been under way already, if it was adopted. */
  readonly elapsedMs: DurationMs;
  /** What to do about an attempt that hangs. */
  readonly stallHint?: string | undefined;
}

/**
 * Ends an attempt that hangs or takes too long by aborting its signal. restic's own retries can last for a quarter of an
 * hour and more (0.19.1), and a status line every second says only that it lives: only numbers that move are progress. Time in which
 * nobody could look, because the machine or this process stood still, does not count: what moved meanwhile is yet to be read.
 */
export class Watchdog implements Disposable {
  readonly #clock: Clock;
  readonly #limits: WatchdogLimits;
  readonly #startedAt: number;
  readonly #ticking: Disposable;
  readonly #abort = new AbortController();
  #movedAt: number;
  #lookedAt: number;
  #last: string | undefined;

  constructor(clock: Clock, limits: WatchdogLimits) {
    this.#clock = clock;
    this.#limits = limits;
    this.#startedAt = this.#movedAt = this.#lookedAt = clock.monotonicMs();
    this.#ticking = clock.every(tickMs, () => this.#look());
  }

  /** Aborts with `engine.stalled` or `run.deadline`. */
  get signal(): AbortSignal {
    return this.#abort.signal;
  }

  saw({ phase, percentage, filesProcessed, bytesProcessed, bytesTotal }: Progress): void {
    const now = [phase, percentage, filesProcessed, bytesProcessed, bytesTotal].join();
    if (now !== this.#last) this.#movedAt = this.#clock.monotonicMs();
    this.#last = now;
  }

  /** Something else shows that the attempt does not hang. */
  alive(): void {
    this.#movedAt = this.#clock.monotonicMs();
    this.#last ??= '';
  }

  [Symbol.dispose](): void {
    this.#ticking[Symbol.dispose]();
  }

  #look(): void {
    const now = this.#clock.monotonicMs();
    const unseenMs = now - this.#lookedAt - tickMs;
    this.#lookedAt = now;
    if (unseenMs > tickMs) this.#movedAt = Math.min(now, this.#movedAt + unseenMs);
    const { stallMs, maxRuntimeMs, elapsedMs, stallHint = lookAtRepository } = this.#limits;
    if (maxRuntimeMs !== undefined && elapsedMs + now - this.#startedAt >= maxRuntimeMs) {
      const hint = 'Give the job a longer `maxRuntime`, or find out in its log what took so long.';
      this.#end('run.deadline', `The attempt took longer than ${seconds(maxRuntimeMs)}`, hint);
    }
    const quietMs = this.#last === undefined ? Math.min(stallMs, firstReportMs) : stallMs;
    if (now - this.#movedAt < quietMs) return;
    this.#end('engine.stalled', `Nothing moved for ${seconds(quietMs)}`, stallHint);
  }

  #end(code: 'run.deadline' | 'engine.stalled', message: string, hint: string): void {
    this[Symbol.dispose]();
    this.#abort.abort(new UmbraError(code, message, { hint }));
  }
}

const lookAtRepository = 'Look whether the repository can be reached; the log of the run has what the engine said.';

const seconds = (ms: DurationMs): string => `${Math.round(ms / 1000)} s`;
