import type { Instant, JobKind, SecretReference } from '@umbracore/contracts';
import type { KitPlace } from './place.ts';

/** A job that works on the repository. */
export interface KitJob {
  readonly id: string;
  readonly kind: JobKind;
  /** What it saves; empty for the other kinds. */
  readonly sources: readonly string[];
}

/** Snapshots of the repository that belong together. */
export interface KitSeries {
  /** Null for snapshots that no job of ours made. */
  readonly job: string | null;
  readonly host: string;
  readonly snapshots: number;
  readonly newest: { readonly id: string; readonly time: Instant; readonly paths: readonly string[] };
  /** A path of a file in the newest snapshot; null if it has none. */
  readonly file: string | null;
}

/** All that an emergency kit tells. Holds no secret but for the password, if that was asked for. */
export interface KitFacts {
  readonly repository: string;
  readonly id: string;
  readonly format: number;
  readonly place: KitPlace;
  readonly password: {
    readonly from: SecretReference | null;
    /** The password itself; null unless it was asked for. */
    readonly value: string | null;
  };
  readonly engine: { readonly name: string; readonly version: string };
  readonly configurationFile: string | null;
  readonly jobs: readonly KitJob[];
  /** Newest first. */
  readonly series: readonly KitSeries[];
  readonly host: string;
  readonly madeAt: Instant;
  /** Version of umbra. */
  readonly madeBy: string;
}
