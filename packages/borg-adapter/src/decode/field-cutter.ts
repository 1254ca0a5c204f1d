/** Far beyond what the longest path can give; of a longer field nothing is kept. */
const longestField = 16 * 1024 * 1024;

/**
 * Cuts output into fields that end with a certain byte; holds no more than one unfinished field. Each is made a string by itself:
 * V8 lets a part of a string keep the whole of it alive.
 */
export class FieldCutter {
  readonly #end: number;
  readonly #encoding: 'utf8' | 'latin1';
  #rest: Buffer = Buffer.alloc(0);

  /** `end`: NUL for fields that may hold anything else, or a line break. `latin1` keeps each byte as it is. */
  constructor(end: '\0' | '\n', encoding: 'utf8' | 'latin1' = 'utf8') {
    this.#end = end.charCodeAt(0);
    this.#encoding = encoding;
  }

  /** The fields that this chunk completes, without their ends. The chunk may be reused by its owner afterwards. */
  push(chunk: Uint8Array): readonly string[] {
    const fields: string[] = [];
    const bytes = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
    let start = 0;
    for (let end = bytes.indexOf(this.#end); end >= 0; end = bytes.indexOf(this.#end, start)) {
      fields.push(
        this.#rest.length === 0 ? bytes.toString(this.#encoding, start, end) : this.#joined(bytes.subarray(start, end)),
      );
      start = end + 1;
    }
    this.#keep(bytes.subarray(start));
    return fields;
  }

  #joined(part: Buffer): string {
    const field = Buffer.concat([this.#rest, part]).toString(this.#encoding);
    this.#rest = Buffer.alloc(0);
    return field;
  }

  #keep(part: Buffer): void {
    const whole = Buffer.concat([this.#rest, part]);
    this.#rest = whole.length > longestField ? Buffer.alloc(0) : whole;
  }
}
