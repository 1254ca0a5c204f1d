import { open, type FileHandle } from 'node:fs/promises';
import { fstatSync } from 'node:fs';
import type { OutputLine } from '@umbracore/contracts';
import { LineSplitter } from './line-splitter.ts';

const chunkBytes = 128 * 1024;

/** Reads a growing file from its first byte, line by line, in bounded memory. The file may appear later. */
export class OutputTail {
  readonly #path: string;
  readonly #lines: LineSplitter;
  #file: FileHandle | undefined;
  #buffer: Buffer | undefined;
  #position = 0;

  constructor(path: string, emit: (line: OutputLine) => void) {
    this.#path = path;
    this.#lines = new LineSplitter(emit);
  }

  /** Reads what the file holds now. */
  async drain(signal?: AbortSignal): Promise<void> {
    this.#file ??= await this.#open();
    if (this.#file === undefined || fstatSync(this.#file.fd).size <= this.#position) return;
    this.#buffer ??= Buffer.allocUnsafeSlow(chunkBytes);
    for (;;) {
      signal?.throwIfAborted();
      const { bytesRead } = await this.#file.read(this.#buffer, 0, chunkBytes, this.#position);
      this.#position += bytesRead;
      this.#lines.push(this.#buffer.subarray(0, bytesRead));
      if (bytesRead === 0) return;
    }
  }

  /** To be called when nobody writes any more: a last line without a line break is a line as well. */
  end(): void {
    this.#lines.end();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#file?.close();
  }

  async #open(): Promise<FileHandle | undefined> {
    try {
      return await open(this.#path, 'r');
    } catch {
      return undefined;
    }
  }
}
