import type { ErrorRecord } from './errors.ts';
import type { RepositoryName } from './job.ts';
import type { Progress } from './operation.ts';
import type { Instant } from './time.ts';

export type RepositoryWorkKind =
  'verify' | 'repair' | 'upgrade' | 'copy' | 'statistics' | 'create' | 'adopt' | 'catalog' | 'doctor';

/** What is told of something long that is done to a repository and is no run, such as a repair, or to look at all of them. */
export type RepositoryWorkEvent = {
  readonly time: Instant;
  readonly work: string;
  readonly kind: RepositoryWorkKind;
  /** Null where it is about all of them, and about more. */
  readonly repository: RepositoryName | null;
} & (
  | { readonly type: 'work.begun' }
  | { readonly type: 'work.progress'; readonly progress: Progress }
  | {
      readonly type: 'work.finished';
      readonly outcome: 'done' | 'failed' | 'cancelled';
      /** Null if it was done. */
      readonly error: ErrorRecord | null;
    }
);
