/** Far beyond what the longest path can give; of a longer line nothing is kept. */
const longestLine = 16 * 1024 * 1024;

const lineBreak = 0x0a;

/**
 * Cuts output into lines; holds no more than one unfinished line.
 *
 * Each line is made a string by itself: V8 lets a part of a string keep the whole of it alive, so that one path kept from a
 * chunk that was split as text would hold on to all of the chunk.
 */
export class LineCutter {
  #rest: Buffer = Buffer.alloc(0);

  /** The lines that this chunk completes, without their breaks. The chunk may be reused by its owner afterwards. */
  push(chunk: Uint8Array): readonly string[] {
    const lines: string[] = [];
    const bytes = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
    let start = 0;
    for (let end = bytes.indexOf(lineBreak); end >= 0; end = bytes.indexOf(lineBreak, start)) {
      lines.push(
        this.#rest.length === 0 ? bytes.toString('utf8', start, end) : this.#joined(bytes.subarray(start, end)),
      );
      start = end + 1;
    }
    this.#keep(bytes.subarray(start));
    return lines;
  }

  /** What a missing line break at the end has held back. */
  end(): readonly string[] {
    return this.#rest.length === 0 ? [] : [this.#joined(Buffer.alloc(0))];
  }

  #joined(part: Buffer): string {
    const line = Buffer.concat([this.#rest, part]).toString('utf8');
    this.#rest = Buffer.alloc(0);
    return line;
  }

  #keep(part: Buffer): void {
    const whole = Buffer.concat([this.#rest, part]);
    this.#rest = whole.length > longestLine ? Buffer.alloc(0) : whole;
  }
}
