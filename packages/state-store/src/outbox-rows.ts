import type { DeliveryState, Instant } from '@umbracore/contracts';
import type { RunRow } from './run-row.ts';

/** A delivery as both stores keep it. */
export interface DeliveryRow {
  readonly id: string;
  readonly channel: string;
  readonly state: DeliveryState;
  readonly due_at: number;
  readonly expires_at: number | null;
  /** `group` is a word of SQL. */
  readonly batch: string | null;
  readonly created_at: number;
  readonly settled_at: number | null;
  readonly tries: number;
  /** Of whoever took it last; 0 before. */
  readonly fence: number;
  /** `ProcessIdentity` as JSON; null while nobody has taken it. */
  readonly owner: string | null;
  readonly taken_until: number | null;
  readonly error: string | null;
  readonly notice: string;
}

export interface SubjectRow {
  readonly subject: string;
  readonly standing: number;
  readonly memo: string;
}

export interface OutboxTables {
  readonly deliveries: DeliveryRow;
  readonly subjects: SubjectRow;
  readonly reading: { readonly name: string; readonly place: number };
}

/** What can be looked at. */
export interface OutboxReading {
  place(): Promise<number | undefined>;
  /** Rows with a seal behind the place, in order. */
  ended(place: number, limit: number): Promise<readonly RunRow[]>;
  standing(): Promise<readonly SubjectRow[]>;
  /** By when they are due, then by when they came. */
  waiting(): Promise<readonly DeliveryRow[]>;
  newest(states: readonly DeliveryState[] | undefined, limit: number): Promise<readonly DeliveryRow[]>;
  countFailed(since: Instant): Promise<number>;
}

/** What can be done inside one atomic change. */
export interface OutboxRows extends OutboxReading {
  setPlace(place: number | undefined): Promise<void>;
  subject(subject: string): Promise<SubjectRow | undefined>;
  setSubject(row: SubjectRow): Promise<void>;
  dropSubjects(): Promise<void>;
  /** False if its id is taken; nothing is changed then. */
  add(row: DeliveryRow): Promise<boolean>;
  change(id: string, columns: Partial<DeliveryRow>): Promise<void>;
  /** Settled ones that are older. */
  drop(settledBefore: Instant): Promise<void>;
}
