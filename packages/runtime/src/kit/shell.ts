import { unprintable } from './visible.ts';

/** Columns of a page, whatever it is printed on. */
export const pageWidth = 78;
/** Commands are told from prose by this indent. */
export const indent = '    ';
const room = pageWidth - indent.length;

/** Longer words get a variable of their own, so that a command stays in one or two lines. */
const longestWord = 32;

/** A text as one word of a POSIX shell. */
export const quoted = (text: string): string =>
  /^[\w@%+=:,./-]+$/.test(text) && !text.startsWith('~') ? text : inQuotes(text);

/** Lines that set a variable to a text, none wider than a page. What does not fit into one line is gathered in V. */
export function assigned(variable: string, text: string): readonly string[] {
  const line = `${variable}=${inQuotes(text)}`;
  const isPlain = !unprintable.test(text);
  if (isPlain && line.length <= room) return [line];
  return [...(isPlain ? gathered(text, '', '', inQuotes) : printed(text)), `${variable}=$V`];
}

/** With `printf`, for letters that a page cannot hold. */
const printed = (text: string): readonly string[] =>
  // Command substitution drops line breaks at the end, so a dot is put behind them and taken away again.
  gathered(text, "$(printf '", ".'); V=${V%.}", asFormat);

function gathered(text: string, begin: string, end: string, write: (piece: string) => string): readonly string[] {
  const pieces = cut(text, room - `V=$V${begin}${end}`.length, write);
  return pieces.map((piece, index) => `${index === 0 ? 'V=' : 'V=$V'}${begin}${piece}${end}`);
}

const inQuotes = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;

const octal = (text: string): string =>
  Array.from(new TextEncoder().encode(text), (byte) => `\\${byte.toString(8).padStart(3, '0')}`).join('');

/** For `printf`, between single quotes. */
const asFormat = (text: string): string =>
  Array.from(text)
    .map((letter, index) => {
      if (letter === '%') return '%%';
      // A dash in front would be taken for an option.
      const isSpecial =
        unprintable.test(letter) || letter === "'" || letter === '\\' || (index === 0 && letter === '-');
      return isSpecial ? octal(letter) : letter;
    })
    .join('');

/** Pieces of a text that are, written by `write`, at most so long; at least one piece. */
function cut(text: string, limit: number, write: (piece: string) => string): readonly string[] {
  const pieces: string[] = [];
  let piece = '';
  for (const letter of text) {
    if (piece !== '' && write(piece + letter).length > limit) {
      pieces.push(write(piece));
      piece = '';
    }
    piece += letter;
  }
  return [...pieces, write(piece)];
}

/** Shell lines that are made step by step: what a word needs is set before it is used. */
export class Script {
  readonly #lines: string[] = [];

  get lines(): readonly string[] {
    return this.#lines;
  }

  /** Sets a variable to a text. */
  set(variable: string, text: string): this {
    this.#lines.push(...assigned(variable, text));
    return this;
  }

  /** A text as one word of the commands that follow, by way of `variable` if it is long or strange. */
  word(variable: string, text: string): string {
    const word = quoted(text);
    if (word.length <= longestWord && !unprintable.test(text)) return word;
    this.set(variable, text);
    return `"$${variable}"`;
  }

  /** One command of words, or of words that belong together; none of them is wider than a page. */
  run(...words: readonly string[]): this {
    const limit = room - ' \\'.length;
    let line = '';
    for (const word of words) {
      if (line !== '' && line.length + 1 + word.length > limit) {
        this.#lines.push(`${line} \\`);
        line = ` ${word}`;
      } else line = line === '' ? word : `${line} ${word}`;
    }
    this.#lines.push(line);
    return this;
  }
}
