import { countIn, decodeJsonLine, type JsonObject, type OutputLine, textIn } from '@umbracore/contracts';
import { plainText } from './decode/plain-text.ts';
import type { Mask } from './mask.ts';

/** restic's last word since 0.18. */
export interface ExitError {
  readonly code: number;
  readonly message: string;
}

/** As many lines are kept from the start and from the end; retries of a dead server can write thousands. */
const keptLines = 50;
const notedLines = 500;
const longestLine = 4000;

/** What restic says on standard error, bounded and fit to be shown: everything that tells why a call failed. */
export class Transcript {
  readonly #mask: Mask;
  readonly #note: ((line: string) => void) | undefined;
  readonly #head: string[] = [];
  #tail: string[] = [];
  #noted = 0;
  #exitError: ExitError | undefined;

  constructor(mask: Mask, note?: (line: string) => void) {
    this.#mask = mask;
    this.#note = note;
  }

  get exitError(): ExitError | undefined {
    return this.#exitError;
  }

  /** Plain lines, the first and the last ones. */
  get lines(): readonly string[] {
    return [...this.#head, ...this.#tail];
  }

  /** Takes a line of standard error. Gives it back decoded if it is a message that the caller may want. */
  read(line: OutputLine): JsonObject | undefined {
    const message = decodeJsonLine(line);
    if (message === undefined) {
      this.#addText(line);
      return undefined;
    }
    if (message['message_type'] !== 'exit_error') return message;
    this.#exitError = { code: countIn(message, 'code'), message: this.#clean(textIn(message, 'message') ?? '') };
    return undefined;
  }

  #addText(line: OutputLine): void {
    const text = this.#clean(line);
    if (text === '') return;
    if (this.#head.length < keptLines) this.#head.push(text);
    else this.#tail.push(text);
    if (this.#tail.length >= 2 * keptLines) this.#tail = this.#tail.slice(-keptLines);
    this.#noted += 1;
    if (this.#noted <= notedLines) this.#note?.(text);
  }

  #clean(text: string): string {
    return this.#mask(plainText(text)).slice(0, longestLine);
  }
}
