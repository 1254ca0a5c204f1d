import { closeSync, fstatSync, openSync, read } from 'node:fs';
import { promisify } from 'node:util';
import type { OutputLine } from '@umbracore/contracts';
import { LineSplitter } from './line-splitter.ts';

const chunkBytes = 128 * 1024;

const readFrom = promisify(read);

/** Reads a growing file from its first byte, line by line, in bounded memory. The file may appear later. */
export class OutputTail {
  readonly #path: string;
  readonly #lines: LineSplitter;
  #file: number | undefined;
  #buffer: Buffer | undefined;
  #position = 0;

  constructor(path: string, emit: (line: OutputLine) => void) {
    this.#path = path;
    this.#lines = new LineSplitter(emit);
  }

  /** Reads what the file holds now. */
  async drain(signal?: AbortSignal): Promise<void> {
    this.#file ??= this.#open();
    if (this.#file === undefined) return;
    const { size } = fstatSync(this.#file);
    while (this.#position < size) {
      signal?.throwIfAborted();
      this.#buffer ??= Buffer.allocUnsafeSlow(chunkBytes);
      const { bytesRead } = await readFrom(this.#file, this.#buffer, 0, chunkBytes, this.#position);
      this.#position += bytesRead;
      this.#lines.push(this.#buffer.subarray(0, bytesRead));
      if (bytesRead === 0) return;
    }
  }

  /** To be called when nobody writes any more: a last line without a line break is a line as well. */
  end(): void {
    this.#lines.end();
  }

  [Symbol.dispose](): void {
    if (this.#file !== undefined) closeSync(this.#file);
  }

  #open(): number | undefined {
    try {
      return openSync(this.#path, 'r');
    } catch {
      return undefined;
    }
  }
}
