import { StringDecoder } from 'node:string_decoder';
import type { OutputLine } from '@umbracore/contracts';

/** Longer lines lose their end. */
const longest = 1024 * 1024;

/** Turns pieces of a stream into lines. */
export class Lines {
  readonly #emit: (line: OutputLine) => void;
  readonly #decoder = new StringDecoder('utf8');
  #rest = '';

  constructor(emit: (line: OutputLine) => void) {
    this.#emit = emit;
  }

  push(piece: Buffer): void {
    const lines = (this.#rest + this.#decoder.write(piece)).split('\n');
    this.#rest = (lines.pop() ?? '').slice(0, longest);
    for (const line of lines) this.#emit(line.slice(0, longest));
  }

  end(): void {
    if (this.#rest !== '') this.#emit(this.#rest);
    this.#rest = '';
  }
}
