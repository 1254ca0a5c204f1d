import {
  createCipheriv,
  createDecipheriv,
  createSecretKey,
  timingSafeEqual,
  type Cipheriv,
  type KeyObject,
} from 'node:crypto';
import { poly1305 } from './poly1305.ts';

const nonceBytes = 16;
const tagBytes = 16;
const keyBytes = 64;

/** So much longer is what was sealed than its content. */
export const sealBytes = nonceBytes + tagBytes;

/** The key as OpenSSL has it: to take it over anew for each of many small blobs would cost more than to open them. */
interface Prepared {
  readonly content: KeyObject;
  /** ECB keeps nothing from one block to the next. */
  readonly tag: Cipheriv;
}

/**
 * A key of restic's envelope: AES-256 in counter mode, and Poly1305-AES over the ciphertext. It lies in memory until it is
 * wiped, and nowhere else; what OpenSSL has of it is overwritten when it is let go of.
 */
export class SealingKey {
  readonly #bytes: Buffer;
  #prepared: Prepared | undefined;
  #wiped = false;

  /** 64 bytes: encryption key (32), AES key of the tag (16), `r` of the tag (16). They are copied. */
  constructor(bytes: Uint8Array) {
    if (bytes.length !== keyBytes) throw new RangeError(`a key has ${keyBytes} bytes, not ${bytes.length}`);
    this.#bytes = Buffer.from(bytes);
  }

  /** The content of what was sealed; undefined if it is not whole, or was sealed with another key. */
  open(sealed: Uint8Array): Buffer | undefined {
    if (this.#wiped) throw new TypeError('the key was wiped');
    if (sealed.length < sealBytes) return undefined;
    const nonce = sealed.subarray(0, nonceBytes);
    const encrypted = sealed.subarray(nonceBytes, sealed.length - tagBytes);
    const tag = sealed.subarray(sealed.length - tagBytes);
    if (!timingSafeEqual(this.#tagOf(nonce, encrypted), tag)) return undefined;
    return createDecipheriv('aes-256-ctr', this.#ready.content, nonce).update(encrypted);
  }

  #tagOf(nonce: Uint8Array, encrypted: Uint8Array): Buffer {
    return poly1305(this.#bytes.subarray(48), this.#ready.tag.update(nonce), encrypted);
  }

  get #ready(): Prepared {
    this.#prepared ??= {
      content: createSecretKey(this.#bytes.subarray(0, 32)),
      tag: createCipheriv('aes-128-ecb', this.#bytes.subarray(32, 48), null).setAutoPadding(false),
    };
    return this.#prepared;
  }

  /** A key that is wiped for itself. */
  copy(): SealingKey {
    if (this.#wiped) throw new TypeError('the key was wiped');
    return new SealingKey(this.#bytes);
  }

  /** What `seal` makes of the document by which restic keeps a key. The document is overwritten afterwards. */
  sealedBy(seal: (document: Buffer) => Buffer): Buffer {
    if (this.#wiped) throw new TypeError('the key was wiped');
    const part = (from: number, to: number): string => this.#bytes.toString('base64', from, to);
    const document = Buffer.from(
      JSON.stringify({ mac: { k: part(32, 48), r: part(48, 64) }, encrypt: part(0, 32) }),
      'utf8',
    );
    try {
      return seal(document);
    } finally {
      document.fill(0);
    }
  }

  /** Overwrites the key; it opens nothing any more. */
  wipe(): void {
    this.#bytes.fill(0);
    this.#prepared?.tag.final();
    this.#prepared = undefined;
    this.#wiped = true;
  }

  /** A key shows as nothing, whatever prints it. */
  toJSON(): string {
    return '[secret]';
  }

  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return '[secret]';
  }
}
