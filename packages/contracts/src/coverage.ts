import type { DurationMs, Instant } from './time.ts';

/** How fast everything that is stored is read again. */
export interface RereadPace {
  /** Nothing should have been read longer ago than this. */
  readonly withinMs: DurationMs;
  /** In one day of UTC. */
  readonly atMostBytes: number;
  /** How long it is between two checks, so that each reads its share. */
  readonly everyMs: DurationMs;
}

/** Whether a pace can be kept. */
export interface RereadOutlook {
  readonly keeps: boolean;
  /** Bytes that are late already. */
  readonly overdueBytes: number;
  /** So many bytes a day are needed so that nothing becomes late. */
  readonly neededBytes: number;
}

/** How much of what is stored in a repository was read and found right, and how long ago. */
export interface Coverage {
  /** When the whole repository was last found right, as far as it was not known before; null if never. */
  readonly soundAt: Instant | null;
  /** When damage was last found that no check has found mended since. */
  readonly damagedAt?: Instant | undefined;
  readonly packs: number;
  readonly bytes: number;
  /** Bytes that nobody has read since it is known that they are there. */
  readonly unreadBytes: number;
  /** Bytes that were read at most `withinMs` ago. */
  readonly freshBytes: number;
  readonly withinMs: DurationMs;
  /** When that was read of which it is longest ago, what was never read aside; null if nothing was read. */
  readonly oldestAt: Instant | null;
  /** Null if nothing is to be read at a pace. */
  readonly outlook: RereadOutlook | null;
}
