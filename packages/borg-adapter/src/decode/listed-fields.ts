/**
 * How borg is made to tell names as they are: it writes a `?` for what the encoding of its output cannot say, so that the name of
 * another file can come out. In this one everything can be said.
 */
export const listEnv = { PYTHONIOENCODING: 'unicode_escape' } as const;

/** Stands before each entry: by how it comes out it is seen whether the encoding was taken. A borg that is one file may not take it. */
export const probe = 'é';

const escapedProbe = '\\xe9';
const separator = '\\x00';

/** Far beyond what the longest path can give; of a longer field nothing is kept. */
const longestField = 16 * 1024 * 1024;

/**
 * Cuts the output of a list into the fields that end with `{NUL}`. In them, bytes of names that are no UTF-8 are lone surrogates, as
 * Python has them. Each field is a string of its own, so that one that is kept does not hold on to all that came with it.
 */
export class ListedFields {
  #rest: Buffer = Buffer.alloc(0);
  #isEscaped: boolean | undefined;

  /** The fields that this chunk completes. The chunk may be reused by its owner afterwards. */
  push(chunk: Uint8Array): readonly string[] {
    const bytes = Buffer.concat([this.#rest, chunk]);
    if (this.#isEscaped === undefined && bytes.length < escapedProbe.length) return this.#keep(bytes, []);
    this.#isEscaped ??= bytes.toString('latin1', 0, escapedProbe.length) === escapedProbe;
    return this.#isEscaped ? this.#escaped(bytes) : this.#plain(bytes);
  }

  #escaped(bytes: Buffer): readonly string[] {
    const fields: string[] = [];
    let start = 0;
    // A backslash of a name is two, so that pairs have to be passed over.
    for (const { 0: found, index } of bytes.toString('latin1').matchAll(/\\(?:x00|[^])/g)) {
      if (found !== separator) continue;
      fields.push(unescaped(bytes.toString('latin1', start, index)));
      start = index + separator.length;
    }
    return this.#keep(bytes.subarray(start), fields);
  }

  #plain(bytes: Buffer): readonly string[] {
    const fields: string[] = [];
    let start = 0;
    for (let end = bytes.indexOf(0); end >= 0; end = bytes.indexOf(0, start)) {
      fields.push(bytes.toString('utf8', start, end));
      start = end + 1;
    }
    return this.#keep(bytes.subarray(start), fields);
  }

  #keep(rest: Buffer, fields: readonly string[]): readonly string[] {
    this.#rest = rest.length > longestField ? Buffer.alloc(0) : Buffer.from(rest);
    return fields;
  }
}

const letters: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t' };

function unescaped(text: string): string {
  if (!text.includes('\\')) return text;
  return text.replaceAll(
    /\\(?:x([0-9a-f]{2})|u([0-9a-f]{4})|U([0-9a-f]{8})|([^]))/g,
    (_, two?: string, four?: string, eight?: string, letter = '') => {
      const code = two ?? four ?? eight;
      return code === undefined ? (letters[letter] ?? letter) : String.fromCodePoint(Number.parseInt(code, 16));
    },
  );
}

/** The bytes of a name: a lone surrogate from U+DC80 to U+DCFF stands for a byte that is no UTF-8 by itself. */
export function bytesOf(name: string): Buffer {
  const bytes = Buffer.from(name);
  if (bytes.toString() === name) return bytes;
  return Buffer.concat(
    Array.from(name, (letter) => {
      const code = letter.codePointAt(0) ?? 0;
      return code >= 0xdc80 && code <= 0xdcff ? Buffer.from([code - 0xdc00]) : Buffer.from(letter);
    }),
  );
}
