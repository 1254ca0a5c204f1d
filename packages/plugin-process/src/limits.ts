import type { DurationMs } from '@umbracore/contracts';

/** How much a program may take of its host. Times that a host may change are in `Patience`. */
export const limits = {
  /** Of one line that a program writes. */
  lineBytes: 1024 * 1024,
  /** Of all lines of one answer, but for the content of files. */
  answerBytes: 512 * 1024 * 1024,
  /** Reports and notes a second; a program that sends more is read slowly. */
  tellingPerSecond: 2000,
  /** Lines of its standard error that are kept in the log, for one question. */
  loggedLines: 200,
  /** Characters of one of them. */
  loggedChars: 2000,
} as const;

/** How long a program is waited for. */
export interface Patience {
  /** For the answer to a short question. */
  readonly answerMs: DurationMs;
  /** For something new while it reads. */
  readonly readingMs: DurationMs;
  /** For something new while it works on much: saving, restoring, checking. */
  readonly workingMs: DurationMs;
  /** To tidy up after it was told to stop. */
  readonly stopMs: DurationMs;
  /** To end after its answer. */
  readonly leaveMs: DurationMs;
}

export const usualPatience: Patience = {
  answerMs: 30_000,
  readingMs: 2 * 60_000,
  workingMs: 15 * 60_000,
  stopMs: 10_000,
  leaveMs: 2000,
};
