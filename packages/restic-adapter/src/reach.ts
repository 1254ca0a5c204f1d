import type { OutputLine } from '@umbracore/contracts';
import { codeOfText, withoutRetry } from './messages.ts';

/** So many tries in a row take restic about a quarter of a minute; left alone it goes on for a quarter of an hour (0.17 and later). */
const mostRefusals = 5;

/** Tells when a call that only reads had better be given up: its repository cannot be reached, and has given nothing so far. */
export class Reach {
  readonly #gone = new AbortController();
  #refusals = 0;
  #answered = false;

  /** Aborts when it is to be given up; the reason is restic's own line. */
  get signal(): AbortSignal {
    return this.#gone.signal;
  }

  /** Why it was given up; undefined if it was not. */
  get problem(): string | undefined {
    return this.#gone.signal.aborted ? String(this.#gone.signal.reason) : undefined;
  }

  stderr(line: OutputLine): void {
    if (this.#answered || !/returned error, retrying after/.test(line)) return;
    this.#refusals = codeOfText(line, '') === 'repository.unreachable' ? this.#refusals + 1 : 0;
    if (this.#refusals >= mostRefusals) this.#gone.abort(withoutRetry(line));
  }

  /** Something came: whatever is in the way now is for restic to get over. */
  answered(): void {
    this.#answered = true;
  }
}
