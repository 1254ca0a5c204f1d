import { countIn, type JsonObject, type Phase, type Progress, textIn, unknownProgress } from '@umbracore/contracts';

type Counts = Pick<Progress, 'filesProcessed' | 'bytesProcessed' | 'bytesTotal' | 'currentFiles'>;

/** Turns borg's progress into ours, with a percentage only where borg knows the whole, and one that never falls. */
export class ProgressMeter {
  readonly #report: ((progress: Progress) => void) | undefined;
  readonly #measure: string | undefined;
  #last: Progress;

  /** `measure` is borg's name of the stage whose share of the whole is shown; of the others only that they go on. */
  constructor(phase: Phase, report: ((progress: Progress) => void) | undefined, measure?: string) {
    this.#report = report;
    this.#measure = measure;
    this.#last = { ...unknownProgress, phase };
  }

  start(): void {
    this.#report?.(this.#last);
  }

  countErrors(errorCount: number): void {
    this.#last = { ...this.#last, errorCount };
  }

  /** Takes what is a progress message of borg, and leaves the rest alone. */
  read(message: JsonObject): void {
    if (message['finished'] === true) return;
    if (message['type'] === 'archive_progress') this.#send(archiveCounts(message));
    else if (message['type'] === 'progress_percent') this.#readShare(message);
  }

  #readShare(message: JsonObject): void {
    const [done, total] = [countIn(message, 'current'), countIn(message, 'total')];
    const isMeasure = textIn(message, 'msgid') === this.#measure && total > 0;
    const share = Math.min(100, (100 * done) / total);
    this.#send(isMeasure ? { percentage: Math.max(this.#last.percentage ?? 0, share) } : {});
  }

  finish(totals: { readonly files: number; readonly bytes: number }): void {
    this.#send({
      phase: 'done',
      percentage: 100,
      filesProcessed: totals.files,
      filesTotal: totals.files,
      bytesProcessed: totals.bytes,
      bytesTotal: totals.bytes,
      currentFiles: [],
    });
  }

  #send(change: Partial<Progress>): void {
    this.#last = { ...this.#last, ...change };
    this.#report?.(this.#last);
  }
}

function archiveCounts(message: JsonObject): Counts {
  const path = textIn(message, 'path');
  return {
    filesProcessed: countIn(message, 'nfiles'),
    bytesProcessed: countIn(message, 'original_size'),
    bytesTotal: undefined,
    currentFiles: path === undefined || path === '' ? [] : [path],
  };
}
