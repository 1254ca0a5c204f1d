import { isUtf8 } from 'node:buffer';

/**
 * The name of a file, which is bytes. restic keeps it as the inside of a string literal of Go, so that a line break is `\n`
 * and a byte that is no UTF-8 is `\xff`.
 */
export class NodeName {
  /** As restic prints it in JSON: each byte that is no UTF-8 is U+FFFD. Not every name can be told from its text. */
  readonly text: string;
  #bytes: Buffer | undefined;

  constructor(text: string, bytes?: Buffer) {
    this.text = text;
    this.#bytes = bytes;
  }

  /** As the file system has it. */
  get bytes(): Buffer {
    this.#bytes ??= Buffer.from(this.text, 'utf8');
    return this.#bytes;
  }
}

/** Undefined if it is no string literal of Go. */
export function unquoteName(quoted: string): NodeName | undefined {
  if (!/["\\\n]|\p{Surrogate}/u.test(quoted)) return new NodeName(quoted);
  const bytes = unquote(quoted);
  return bytes === undefined ? undefined : new NodeName(textOf(bytes), bytes);
}

const simple: Readonly<Record<string, number>> = {
  a: 0x07,
  b: 0x08,
  f: 0x0c,
  n: 0x0a,
  r: 0x0d,
  t: 0x09,
  v: 0x0b,
  '\\': 0x5c,
  '"': 0x22,
};

/** One piece after the other: plain text, or one escape. A quote or a line break that is not escaped is neither. */
const piece =
  /([^"\\\n]+)|\\(?:([abfnrtv\\"])|x([0-9a-fA-F]{2})|([0-3][0-7]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8}))/gy;

function unquote(quoted: string): Buffer | undefined {
  const parts: Buffer[] = [];
  piece.lastIndex = 0;
  let at = 0;
  for (let found = piece.exec(quoted); found !== null; found = piece.exec(quoted)) {
    at = piece.lastIndex;
    const part = bytesOf(found);
    if (part === undefined) return undefined;
    parts.push(part);
  }
  return at === quoted.length ? Buffer.concat(parts) : undefined;
}

function bytesOf([, plain, letter, hex, octal, short, long]: RegExpExecArray): Buffer | undefined {
  if (plain !== undefined) return Buffer.from(plain, 'utf8');
  if (letter !== undefined) return Buffer.of(simple[letter] ?? 0);
  if (hex !== undefined) return Buffer.of(Number.parseInt(hex, 16));
  if (octal !== undefined) return Buffer.of(Number.parseInt(octal, 8));
  const point = Number.parseInt(short ?? long ?? '', 16);
  const isScalar = point <= 0x10ffff && (point < 0xd800 || point > 0xdfff);
  return isScalar ? Buffer.from(String.fromCodePoint(point), 'utf8') : undefined;
}

/** Like Go, and unlike `TextDecoder`, puts one U+FFFD for each byte of a sequence that breaks off. */
export function textOf(bytes: Buffer): string {
  if (isUtf8(bytes)) return bytes.toString('utf8');
  let text = '';
  for (let at = 0; at < bytes.length;) {
    const length = sequenceAt(bytes, at);
    text += length === 0 ? '\uFFFD' : bytes.toString('utf8', at, at + length);
    at += Math.max(1, length);
  }
  return text;
}

/** Length of the UTF-8 sequence that starts here; 0 if none does. */
function sequenceAt(bytes: Buffer, at: number): number {
  for (let length = 1; length <= 4 && at + length <= bytes.length; length += 1) {
    if (isUtf8(bytes.subarray(at, at + length))) return length;
  }
  return 0;
}
