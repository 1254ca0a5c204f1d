import type { OutputLine } from '@umbracore/contracts';

const lineBreak = 0x0a;

/** Longer lines lose their end. */
export const lineLimitBytes = 1024 * 1024;

/**
 * Turns chunks of bytes into lines, whatever the chunks' bounds. A line is decoded by itself: it holds no more memory than
 * its own, and a character that was cut by a chunk's bound is whole again.
 */
export class LineSplitter {
  readonly #emit: (line: OutputLine) => void;
  readonly #limit: number;
  #pending: Buffer[] = [];
  #pendingBytes = 0;

  constructor(emit: (line: OutputLine) => void, limit: number = lineLimitBytes) {
    this.#emit = emit;
    this.#limit = limit;
  }

  /** The chunk may be reused by its owner afterwards. */
  push(chunk: Buffer): void {
    let start = 0;
    for (let end = chunk.indexOf(lineBreak); end >= 0; end = chunk.indexOf(lineBreak, start)) {
      this.#endLine(chunk, start, end);
      start = end + 1;
    }
    if (start < chunk.length) this.#keep(chunk.subarray(start));
  }

  /** Emits what came after the last line break. */
  end(): void {
    if (this.#pendingBytes > 0) this.#endLine(Buffer.alloc(0), 0, 0);
  }

  #endLine(chunk: Buffer, start: number, end: number): void {
    if (this.#pendingBytes === 0 && end - start <= this.#limit) return this.#emit(chunk.toString('utf8', start, end));
    this.#keep(chunk.subarray(start, end));
    const line = this.#pending.length === 1 ? this.#pending[0] : Buffer.concat(this.#pending);
    this.#pending = [];
    const isCut = this.#pendingBytes > this.#limit;
    this.#pendingBytes = 0;
    if (line !== undefined) this.#emit((isCut ? withoutBrokenEnd(line) : line).toString('utf8'));
  }

  #keep(part: Buffer): void {
    const room = this.#limit - Math.min(this.#limit, this.#pendingBytes);
    if (room > 0 && part.length > 0) this.#pending.push(Buffer.from(part.subarray(0, room)));
    this.#pendingBytes += part.length;
  }
}

/** Drops the beginning of a character whose rest was cut off. */
function withoutBrokenEnd(line: Buffer): Buffer {
  for (let length = 1; length <= Math.min(4, line.length); length++) {
    const byte = line[line.length - length] ?? 0;
    const isContinuation = (byte & 0xc0) === 0x80;
    if (!isContinuation) return sequenceLength(byte) > length ? line.subarray(0, line.length - length) : line;
  }
  return line;
}

function sequenceLength(first: number): number {
  if (first >= 0xf0) return 4;
  if (first >= 0xe0) return 3;
  return first >= 0xc0 ? 2 : 1;
}
