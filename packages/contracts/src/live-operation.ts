import type { FewOfProgress, Live } from './backend-parts.ts';
import type { Operation, Progress } from './operation.ts';
import { withDefaults } from './whole.ts';

const unknownProgress: Progress = {
  phase: 'uploading',
  percentage: undefined,
  filesProcessed: 0,
  filesTotal: undefined,
  bytesProcessed: 0,
  bytesTotal: undefined,
  currentFiles: [],
  errorCount: 0,
};

/** An operation as a backend's author gets it: what its caller must not see does not reach it. */
export function liveOperation<Given extends Operation>(
  given: Given | undefined,
): { readonly live: Live<Given>; readonly settle: () => void } {
  let isSettled = false;
  let furthest = 0;
  const report = (progress: FewOfProgress): void => {
    if (isSettled) return;
    const { percentage } = progress;
    furthest = Math.max(furthest, Math.min(100, percentage ?? 0));
    const shown = percentage === undefined ? undefined : furthest;
    given?.report?.({ ...withDefaults(progress, unknownProgress), percentage: shown });
  };
  const note = (line: string): void => {
    if (!isSettled) given?.note?.(line);
  };
  const signal = given?.signal ?? new AbortController().signal;
  // Of an operation, its own members are as they were given.
  const live = { ...given, signal, report, note } as unknown as Live<Given>;
  return { live, settle: () => void (isSettled = true) };
}
