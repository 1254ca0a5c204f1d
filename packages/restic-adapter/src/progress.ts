import { unknownProgress, type BackupTotals, type Phase, type Progress } from '@umbracore/contracts';
import type { Status } from './decode/status.ts';

/** Only the end tells that all is done. */
const mostEstimated = 99;

/** Turns status lines into progress whose percentage never falls. */
export class ProgressMeter {
  readonly #report: ((progress: Progress) => void) | undefined;
  readonly #phase: Phase;
  readonly #expected: BackupTotals | undefined;
  #percentage: number | undefined;
  #previousTotal = -1;
  #last: Progress;

  /**
   * `phase` is what the operation does once it knows its size. `expected`: restic does not count, and this is what an earlier run
   * found.
   */
  constructor(phase: Phase, report: ((progress: Progress) => void) | undefined, expected?: BackupTotals) {
    this.#phase = phase;
    this.#report = report;
    this.#expected = expected;
    this.#last = {
      ...unknownProgress,
      phase: phase === 'uploading' && expected === undefined ? 'scanning' : phase,
    };
  }

  start(): void {
    this.#report?.(this.#last);
  }

  update(status: Status): void {
    if (this.#expected !== undefined) return this.#estimate(status, this.#expected);
    const isCounted = this.#isCounted(status);
    if (isCounted)
      this.#percentage = Math.max(this.#percentage ?? 0, Math.min(100, Math.max(0, status.fraction * 100)));
    const isKnown = this.#percentage !== undefined;
    this.#send({
      phase: isKnown || this.#phase !== 'uploading' ? this.#phase : 'scanning',
      percentage: this.#percentage,
      filesProcessed: status.filesDone,
      filesTotal: isKnown ? status.filesTotal : undefined,
      bytesProcessed: status.bytesDone,
      bytesTotal: isKnown ? status.bytesTotal : undefined,
      currentFiles: status.currentFiles,
      errorCount: Math.max(status.errorCount, this.#last.errorCount),
    });
  }

  /** There may be more than before: then the totals grow with what was done, and what is left is not known. */
  #estimate(status: Status, { files, bytes }: BackupTotals): void {
    const share = bytes > 0 ? status.bytesDone / bytes : status.filesDone / Math.max(1, files);
    this.#percentage = Math.max(this.#percentage ?? 0, Math.min(mostEstimated, share * 100));
    this.#send({
      phase: this.#phase,
      percentage: this.#percentage,
      estimated: true,
      filesProcessed: status.filesDone,
      filesTotal: Math.max(files, status.filesDone),
      bytesProcessed: status.bytesDone,
      bytesTotal: Math.max(bytes, status.bytesDone),
      currentFiles: status.currentFiles,
      errorCount: Math.max(status.errorCount, this.#last.errorCount),
    });
  }

  /** Restic before 0.18 counts no errors in its status lines. */
  countErrors(errorCount: number): void {
    this.#last = { ...this.#last, errorCount };
  }

  finish(totals: { readonly files: number; readonly bytes: number }): void {
    this.#send({
      ...this.#last,
      phase: 'done',
      percentage: 100,
      estimated: undefined,
      filesProcessed: totals.files,
      filesTotal: totals.files,
      bytesProcessed: totals.bytes,
      bytesTotal: totals.bytes,
      currentFiles: [],
    });
  }

  /**
   * While restic still counts files its fraction is of a part. It gives a remaining time only after counting, which it
   * leaves out when under a second; totals that two lines agree on are the other sign.
   */
  #isCounted({ bytesTotal, filesTotal, secondsRemaining }: Status): boolean {
    const isSteady = filesTotal > 0 && this.#previousTotal === bytesTotal;
    this.#previousTotal = bytesTotal;
    return secondsRemaining > 0 || isSteady;
  }

  #send(progress: Progress): void {
    this.#last = progress;
    this.#report?.(progress);
  }
}
