import type { Clock, DurationMs, Instant } from '@umbracore/contracts';
import { beatMs } from './shim-protocol.ts';
import { signOfLifeIn, type Spool } from './spool.ts';

/** An engine that cannot be seen from here has ended when it has shown nothing for so long, */
const silentMs: DurationMs = 6 * beatMs;
/** of that so long before our eyes: clocks may be set, a machine that slept wakes with them set, and those of two hosts differ. */
const watchedMs: DurationMs = 3 * beatMs;
/** Nobody asks for one any more, or it may be watched anew. */
const forgottenMs: DurationMs = 720 * beatMs;

interface Sign {
  readonly at: Instant | undefined;
  /** Monotonic time at which it was new. */
  readonly sinceMs: number;
}

/** What engines out of sight showed of themselves, whoever of this process asked. */
export class SignsOfLife {
  readonly #clock: Clock;
  readonly #signs = new Map<string, Sign>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  areSeenOf(spool: Spool): boolean {
    const { at, sinceMs } = this.#look(spool);
    const isNew = at !== undefined && Math.abs(this.#clock.now() - at) <= silentMs;
    return isNew || this.#clock.monotonicMs() - sinceMs <= watchedMs;
  }

  #look(spool: Spool): Sign {
    const at = signOfLifeIn(spool);
    const before = this.#signs.get(spool.folder);
    if (before !== undefined && before.at === at) return before;
    const sinceMs = this.#clock.monotonicMs();
    for (const [folder, sign] of this.#signs) if (sinceMs - sign.sinceMs > forgottenMs) this.#signs.delete(folder);
    const sign = { at, sinceMs };
    this.#signs.set(spool.folder, sign);
    return sign;
  }
}
