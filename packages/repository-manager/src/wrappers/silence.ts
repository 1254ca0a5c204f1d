import { isUmbraError, UmbraError } from '@umbracore/contracts';
import type { Clock, DurationMs, ErrorCode, Progress, RepositoryName } from '@umbracore/contracts';

const tickMs: DurationMs = 1000;

/** What says that a question reached nobody; everything else is an answer, if only a refusal. */
const unanswered: ReadonlySet<ErrorCode> = new Set<ErrorCode>(['repository.unreachable', 'engine.stalled']);

export interface SilenceOptions {
  readonly repository: RepositoryName;
  readonly clock: Clock;
  /** How long nothing at all may come. */
  readonly limitMs: DurationMs;
  /** Asks the repository something small, which it answers at once if it can answer anything. */
  readonly ask: (signal: AbortSignal) => Promise<unknown>;
}

/**
 * Tells a repository that answers nothing from one that is slow. After half of the limit without a sign it is asked something small, again
 * and again; only if nothing comes of that either until the limit has passed, `signal` aborts. Time in which nobody could look, because
 * the machine or this process stood still, does not count.
 */
export class Silence implements Disposable {
  readonly #options: SilenceOptions;
  readonly #ticking: Disposable;
  readonly #gone = new AbortController();
  readonly #over = new AbortController();
  #quietMs = 0;
  #lookedAt: number;
  #isWaiting = true;
  #isAsking = false;
  #last = '';
  #said: string | undefined;

  constructor(options: SilenceOptions) {
    this.#options = options;
    this.#lookedAt = options.clock.monotonicMs();
    this.#ticking = options.clock.every(tickMs, () => this.#look());
  }

  get signal(): AbortSignal {
    return this.#gone.signal;
  }

  /** Undefined while it may be slow. */
  get problem(): UmbraError | undefined {
    return this.#gone.signal.aborted ? (this.#gone.signal.reason as UmbraError) : undefined;
  }

  /** A frozen engine repeats how far it is: only numbers that move are a sign. */
  saw({ phase, percentage, filesProcessed, bytesProcessed, bytesTotal }: Progress): void {
    const now = [phase, percentage, filesProcessed, bytesProcessed, bytesTotal].join();
    if (now !== this.#last) this.#quietMs = 0;
    this.#last = now;
  }

  /** The engine complains, which is no answer of the repository. */
  heard(line: string): void {
    this.#said = line;
  }

  /** Something came, and whoever wanted it is at work: nothing is waited for meanwhile. */
  received(): void {
    this.#isWaiting = false;
  }

  /** The next piece is waited for. */
  waits(): void {
    this.#quietMs = 0;
    this.#isWaiting = true;
  }

  [Symbol.dispose](): void {
    this.#ticking[Symbol.dispose]();
    this.#over.abort();
  }

  #look(): void {
    const { clock, limitMs } = this.#options;
    const now = clock.monotonicMs();
    this.#quietMs += Math.min(now - this.#lookedAt, 2 * tickMs);
    this.#lookedAt = now;
    if (!this.#isWaiting) this.#quietMs = 0;
    if (this.#quietMs >= limitMs) this.#giveUp();
    else if (this.#quietMs >= limitMs / 2 && !this.#isAsking) void this.#ask();
  }

  async #ask(): Promise<void> {
    this.#isAsking = true;
    if (await this.#isAnswered()) this.#quietMs = 0;
    this.#isAsking = false;
  }

  async #isAnswered(): Promise<boolean> {
    try {
      await this.#options.ask(this.#over.signal);
      return true;
    } catch (error) {
      if (!isUmbraError(error) || !unanswered.has(error.code)) return true;
      this.#said ??= error.message;
      return false;
    }
  }

  #giveUp(): void {
    const { repository, limitMs } = this.#options;
    const said = this.#said === undefined ? '' : `; what was said last: ${this.#said}`;
    const text = `${repository} has answered nothing for ${Math.round(limitMs / 1000)} s, whatever it was asked${said}`;
    this.#gone.abort(
      new UmbraError('repository.unreachable', text, {
        hint: 'Look at its server and the way there. If silence is usual there, give it a longer `stallTimeout`.',
        context: { repository, limitMs },
      }),
    );
    this[Symbol.dispose]();
  }
}
