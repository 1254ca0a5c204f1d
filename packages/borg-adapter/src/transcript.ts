import { decodeJsonLine, type JsonObject, type OutputLine } from '@umbracore/contracts';
import { decodeLog, type LogMessage } from './decode/log-message.ts';
import type { Mask } from './mask.ts';

/** As many lines are kept from the start and from the end. */
const keptLines = 50;
const notedLines = 500;
const longestLine = 4000;

/** What borg says on standard error, bounded and fit to be shown: everything that tells why a call failed. */
export class Transcript {
  readonly #mask: Mask;
  readonly #note: ((line: string) => void) | undefined;
  readonly #head: LogMessage[] = [];
  #tail: LogMessage[] = [];
  #noted = 0;

  constructor(mask: Mask, note?: (line: string) => void) {
    this.#mask = mask;
    this.#note = note;
  }

  /** Warnings, errors and lines that are no messages, the first and the last ones. */
  get lines(): readonly LogMessage[] {
    return [...this.#head, ...this.#tail];
  }

  /** Takes a line of standard error. Gives it back decoded if it is a message that the caller may want. */
  read(line: OutputLine): JsonObject | undefined {
    const message = decodeJsonLine(line);
    // What is not in JSON comes from before borg has set up its log, from Python, or from ssh.
    const log = message === undefined ? ({ level: 'error', text: line, id: undefined } as const) : decodeLog(message);
    if (log !== undefined && log.level !== 'other') this.#add(log);
    return message;
  }

  #add({ level, text, id }: LogMessage): void {
    const shown = this.#mask(text).trim().slice(0, longestLine);
    if (shown === '') return;
    const line = { level, text: shown, id };
    if (this.#head.length < keptLines) this.#head.push(line);
    else this.#tail.push(line);
    if (this.#tail.length >= 2 * keptLines) this.#tail = this.#tail.slice(-keptLines);
    this.#noted += 1;
    if (this.#noted <= notedLines) this.#note?.(shown);
  }
}
