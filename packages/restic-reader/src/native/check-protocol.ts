import type { ErrorRecord, NewCheckReport, NewCheckScope } from '@umbracore/contracts';
import type { CheckProgress } from '../verifying/check-repository.ts';

/** One line of JSON on the standard input of the process that checks. It ends when its input is closed. */
export interface CheckTask {
  readonly path: string;
  /** As restic keeps it: through a pipe, never an argument. */
  readonly masterKey: string;
  readonly memory: string;
  /** A folder for what its index files say, for this repository alone. */
  readonly indexDir: string;
  readonly scope: NewCheckScope;
}

/** One line of JSON on its standard output; the last one is no progress. */
export type CheckAnswer =
  | { readonly type: 'progress'; readonly progress: CheckProgress }
  | { readonly type: 'done'; readonly report: NewCheckReport }
  | { readonly type: 'failed'; readonly error: ErrorRecord };
