import type { FewOfProgress, Live } from './backend-parts.ts';
import type { BackupTotals } from './backup.ts';
import { unknownProgress, type Operation, type Progress } from './operation.ts';
import { withDefaults } from './whole.ts';

/** What keeps an operation and its caller apart. */
export interface Kept<Given extends Operation> {
  readonly live: Live<Given>;
  /** From now on nothing reaches the caller. */
  readonly settle: () => void;
  /** From now on a share that the backend does not tell is that of what an earlier run found. */
  readonly expect: (totals: BackupTotals | undefined) => void;
}

/** An operation as a backend's author gets it: what its caller must not see does not reach it. */
export function liveOperation<Given extends Operation>(given: Given | undefined): Kept<Given> {
  let isSettled = false;
  let furthest = 0;
  let expected: BackupTotals | undefined;
  const report = (few: FewOfProgress): void => {
    if (isSettled) return;
    const progress = withShare(withDefaults(few, { ...unknownProgress, phase: 'uploading' }), expected);
    if (progress.percentage === undefined) return given?.report?.(progress);
    furthest = Math.max(furthest, Math.min(100, progress.percentage));
    given?.report?.({ ...progress, percentage: furthest });
  };
  const note = (line: string): void => {
    if (!isSettled) given?.note?.(line);
  };
  const signal = given?.signal ?? new AbortController().signal;
  // Of an operation, its own members are as they were given.
  const live = { ...given, signal, report, note } as unknown as Live<Given>;
  return { live, settle: () => void (isSettled = true), expect: (totals) => void (expected = totals) };
}

/** There may be more than the earlier run found, so that its end is not ours. */
function withShare(progress: Progress, expected: BackupTotals | undefined): Progress {
  if (progress.percentage !== undefined || expected === undefined || expected.bytes <= 0) return progress;
  const percentage = Math.min(99, (100 * progress.bytesProcessed) / expected.bytes);
  return { ...progress, percentage, estimated: true };
}
