import type { OutputLine, Phase, Progress } from '@umbracore/contracts';
import { plainText } from './decode/plain-text.ts';

/** A line such as `[0:03] 55.00%  11 / 20 packs`. */
export interface Bar {
  readonly done: number;
  readonly total: number;
  readonly what: string;
}

/** `check`, `copy` and `prune` tell how far they are in text only, in all versions, and also with `--json`. */
export function readBar(line: OutputLine): Bar | undefined {
  const [, done, total, what] = /^\[[\d:]+\]\s+[\d.]+%\s+(\d+) \/ (\d+) (.+)$/.exec(plainText(line)) ?? [];
  if (done === undefined || total === undefined || what === undefined) return undefined;
  return { done: Number(done), total: Number(total), what };
}

/**
 * Turns bars into progress. An operation has many stages, each with a bar of its own: how much of the whole they are is not
 * known, so only what was done is counted. `measure` names the stage that takes nearly all the time, if there is one.
 */
export class BarMeter {
  #phase: Phase;
  readonly #report: ((progress: Progress) => void) | undefined;
  readonly #measure: string | undefined;
  #percentage: number | undefined;
  #before = 0;
  #bar: Bar | undefined;

  constructor(phase: Phase, report: ((progress: Progress) => void) | undefined, measure?: string) {
    this.#phase = phase;
    this.#report = report;
    this.#measure = measure;
  }

  start(): void {
    this.#send(this.#phase);
  }

  /** Another thing is done from now on. */
  enter(phase: Phase): void {
    this.#phase = phase;
    this.#send(phase);
  }

  /** False if the line is no bar. */
  read(line: OutputLine): boolean {
    const bar = readBar(line);
    if (bar === undefined) return false;
    if (this.#bar !== undefined && startsAnew(this.#bar, bar)) this.#before += this.#bar.done;
    this.#bar = bar;
    if (bar.what === this.#measure && bar.total > 0) {
      this.#percentage = Math.max(this.#percentage ?? 0, Math.min(100, (100 * bar.done) / bar.total));
    }
    this.#send(this.#phase);
    return true;
  }

  finish(): void {
    this.#percentage = 100;
    this.#send('done');
  }

  #send(phase: Phase): void {
    this.#report?.({
      phase,
      percentage: this.#percentage,
      filesProcessed: this.#before + (this.#bar?.done ?? 0),
      filesTotal: undefined,
      bytesProcessed: 0,
      bytesTotal: undefined,
      currentFiles: [],
      errorCount: 0,
    });
  }
}

const startsAnew = (before: Bar, now: Bar): boolean =>
  now.what !== before.what || now.total !== before.total || now.done < before.done;
