/** Before each message stands its length in bytes, big-endian. */
const headerBytes = 4;

/** What a client may send at most: a backup with a thousand patterns fits. */
export const requestLimitBytes = 256 * 1024;

/** What the program answers at most: two pieces of output in base64 fit. */
export const answerLimitBytes = 512 * 1024;

export function encodeFrame(message: unknown): Buffer {
  const text = Buffer.from(JSON.stringify(message));
  const frame = Buffer.allocUnsafe(headerBytes + text.length);
  frame.writeUInt32BE(text.length, 0);
  text.copy(frame, headerBytes);
  return frame;
}

/** What a piece of a connection came to. */
export type Decoded =
  { readonly type: 'message'; readonly value: unknown } | { readonly type: 'broken'; readonly why: string };

/**
 * Cuts what arrives into messages. Holds no more than one message at a time: whoever announces more, or sends what is no JSON, has
 * broken the connection for good.
 */
export class FrameDecoder {
  readonly #limit: number;
  #header = new Filling(headerBytes);
  #body: Filling | undefined;
  #isBroken = false;

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** The messages that this chunk completes, in order; after `broken` comes nothing more. */
  *push(chunk: Buffer): Generator<Decoded> {
    for (let rest = chunk; rest.length > 0 && !this.#isBroken;) {
      rest = (this.#body ?? this.#header).take(rest);
      const decoded = this.#next();
      if (decoded !== undefined) yield decoded;
    }
  }

  #next(): Decoded | undefined {
    if (this.#body === undefined && this.#header.isFull) {
      const length = this.#header.bytes.readUInt32BE(0);
      if (length === 0 || length > this.#limit) return this.#broken(`a message of ${length} bytes`);
      this.#body = new Filling(length);
      this.#header = new Filling(headerBytes);
    }
    if (this.#body?.isFull !== true) return undefined;
    const { bytes } = this.#body;
    this.#body = undefined;
    return parsed(bytes) ?? this.#broken('a message that is no JSON');
  }

  #broken(why: string): Decoded {
    this.#isBroken = true;
    return { type: 'broken', why };
  }
}

/** Bytes of which the number is known before they come. */
class Filling {
  readonly bytes: Buffer;
  #length = 0;

  constructor(size: number) {
    this.bytes = Buffer.alloc(size);
  }

  get isFull(): boolean {
    return this.#length === this.bytes.length;
  }

  /** Takes what fits and gives the rest. */
  take(chunk: Buffer): Buffer {
    const taken = chunk.copy(this.bytes, this.#length);
    this.#length += taken;
    return chunk.subarray(taken);
  }
}

const utf8 = new TextDecoder('utf-8', { fatal: true });

function parsed(text: Buffer): Decoded | undefined {
  try {
    return { type: 'message', value: JSON.parse(utf8.decode(text)) };
  } catch {
    return undefined;
  }
}
