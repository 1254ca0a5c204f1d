import type { ErrorRecord } from './errors.ts';
import type { Notice } from './notification.ts';
import type { ProcessIdentity } from './processes.ts';
import type { RunRecord } from './run.ts';
import type { DurationMs, Instant } from './time.ts';

/** A notice on its way to one channel. */
export interface NewDelivery {
  /** A second one with this id is not added. */
  readonly id: string;
  readonly channel: string;
  readonly notice: Notice;
  /** Not sent before. */
  readonly dueAt: Instant;
  /** Those of one group that are due are sent as one message; null stands alone. */
  readonly group: string | null;
  /** Not worth sending after this; null means that it is tried as long as everything. */
  readonly expiresAt: Instant | null;
}

export type DeliveryState = 'waiting' | 'sent' | 'failed' | 'expired';

export interface Delivery extends NewDelivery {
  readonly state: DeliveryState;
  readonly createdAt: Instant;
  /** How often it was tried. */
  readonly tries: number;
  /** Why it did not arrive the last time. */
  readonly error: ErrorRecord | null;
  readonly settledAt: Instant | null;
}

/** What becomes of a delivery that was taken. */
export type DeliveryEnd =
  | { readonly state: 'sent' | 'expired' }
  | { readonly state: 'failed'; readonly error: ErrorRecord }
  | { readonly state: 'waiting'; readonly dueAt: Instant; readonly error: ErrorRecord };

/** What is remembered of a subject, such as a job at a repository, so that what goes on is not told as if it were new. */
export interface SubjectMemo {
  readonly subject: string;
  /** In whatever form its owner gave. */
  readonly memo: unknown;
}

export interface Decided {
  readonly memo: unknown;
  /** Whether the subject is in a state that may have to be told again. */
  readonly standing: boolean;
  readonly deliveries: readonly NewDelivery[];
}

export interface Telling {
  readonly subject: string;
  readonly at: Instant;
  /** Moves the place of reading in the same step. */
  readonly reading?: { readonly from: number; readonly to: number } | undefined;
  /** Pure; given what is remembered of the subject. */
  readonly decide: (memo: unknown) => Decided;
}

export interface TakeRequest {
  readonly owner: ProcessIdentity;
  readonly now: Instant;
  readonly ttlMs: DurationMs;
  /** Whether an owner that took deliveries and did not settle them is known to be dead. */
  readonly isGone: (owner: ProcessIdentity) => boolean;
}

export interface TakenDeliveries {
  readonly fence: number;
  readonly deliveries: readonly Delivery[];
}

export interface OutboxFigures {
  readonly waiting: number;
  /** Of those, the ones that were tried and did not arrive. */
  readonly troubled: number;
  /** Given up since the time that was asked for. */
  readonly failed: number;
  /** When the oldest of those that are due was due; null if none is. */
  readonly overdueSince: Instant | null;
  /** When the next one is due; null if none waits. */
  readonly nextDueAt: Instant | null;
}

/**
 * What people are to be told, as durable as the history it comes from. Ended runs are read in the order in which they ended; each is
 * decided on once, in one step with the place up to which was read, whoever is killed when. What is decided is handed out until it
 * is settled: at least once.
 */
export interface Outbox {
  /** Up to where ended runs have been read; undefined if nobody reads. */
  place(): Promise<number | undefined>;
  /** Begins to read behind the run that ended last. Nothing changes if somebody has begun. */
  begin(): Promise<void>;
  /** Nobody reads any more; what was remembered of subjects goes too. */
  leave(): Promise<void>;
  /** Ended runs behind a place, in the order in which they ended. */
  ended(place: number, limit: number): Promise<readonly { readonly place: number; readonly run: RunRecord }[]>;
  /** Undefined, and nothing changed, if somebody else has moved the place meanwhile. Else what is new on its way. */
  tell(telling: Telling): Promise<readonly NewDelivery[] | undefined>;
  standing(): Promise<readonly SubjectMemo[]>;
  /** Some of the deliveries that are due and that nobody alive has taken. They are the taker's until the time is over. */
  take(request: TakeRequest): Promise<TakenDeliveries>;
  /** False if they were taken by somebody else meanwhile. */
  settle(fence: number, ids: readonly string[], end: DeliveryEnd, at: Instant): Promise<boolean>;
  /** As if they had not been taken. */
  giveBack(fence: number, ids: readonly string[]): Promise<void>;
  /** Newest first. */
  deliveries(query: {
    readonly states?: readonly DeliveryState[] | undefined;
    readonly limit?: number | undefined;
  }): Promise<readonly Delivery[]>;
  figures(now: Instant, failedSince: Instant): Promise<OutboxFigures>;
}
