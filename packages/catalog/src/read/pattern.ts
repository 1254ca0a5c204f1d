import { posix } from 'node:path';

/** One piece of a pattern, between two slashes. `**` is any number of names, none included. */
export type Part =
  | '**'
  | {
      readonly fits: (name: string) => boolean;
      /** Texts that every name that fits contains, but for upper and lower case. */
      readonly literals: readonly string[];
      /** A text that every name that fits contains as it is; undefined if that is not known. */
      readonly contained: string | undefined;
      /** The only name that fits, if there is only one. */
      readonly exact: string | undefined;
    };

export interface Pattern {
  /** Whether it begins at the root. */
  readonly rooted: boolean;
  readonly parts: readonly Part[];
}

/**
 * Reads a pattern as `restic find` does: pieces are compared with any run of names of a path, and what is below something that fits
 * fits too. So what stands at the end and fits everything says nothing, and is left out.
 */
export function parsePattern(text: string, ignoreCase: boolean): Pattern {
  // restic takes a first `!` away, here without any meaning.
  const tidy = posix.normalize(fold(text.replace(/^!/, ''), ignoreCase)).replace(/(?<=.)\/$/, '');
  const rooted = tidy.startsWith('/');
  const parts = tidy.split('/').slice(rooted ? 1 : 0);
  const kept = parts.filter((part, index) => part !== '' || index > 0).map((part) => parsePart(part, ignoreCase));
  while (kept.length > 1 && kept.at(-1) === '**') kept.pop();
  return { rooted, parts: kept };
}

/** Lower case as Go has it: one character for each. */
export const fold = (text: string, ignoreCase: boolean): string =>
  ignoreCase ? Array.from(text, (character) => Array.from(character.toLowerCase())[0] ?? '').join('') : text;

function parsePart(part: string, ignoreCase: boolean): Part {
  if (part === '**') return '**';
  const { source, literals, isWild } = translate(part);
  const regex = new RegExp(`^${source}$`, 'su');
  const exact = isWild || ignoreCase ? undefined : literals.join('');
  const contained = ignoreCase ? undefined : literals.toSorted((one, other) => other.length - one.length)[0];
  return { literals, contained, exact, fits: (name) => regex.test(fold(name, ignoreCase)) };
}

interface Translated {
  readonly source: string;
  readonly literals: readonly string[];
  readonly isWild: boolean;
}

/** A piece of Go's `filepath.Match` as a regular expression. */
function translate(part: string): Translated {
  let source = '';
  let isWild = false;
  const literals = [''];
  const piece = /\\(.)|(\*)|(\?)|\[(\^?)((?:\\.|[^\]\\])+)\]|(.)/gsu;
  for (const [, escaped, star, mark, not, members, plain] of part.matchAll(piece)) {
    const character = escaped ?? plain;
    if (character !== undefined) {
      source += escape(character);
      literals.push(`${literals.pop()}${character}`);
      continue;
    }
    isWild = true;
    if (star !== undefined) source += '[^/]*';
    else if (mark !== undefined) source += '[^/]';
    else source += `[${not}${classOf(members ?? '')}]`;
    literals.push('');
  }
  return { source, literals: literals.filter((literal) => literal !== ''), isWild };
}

const escape = (character: string): string => character.replace(/[\\^$.*+?()[\]{}|/]/, String.raw`\$&`);

/** A range that runs backwards fits nothing in Go and is an error here. */
function classOf(members: string): string {
  let source = '';
  for (const [, from = '', to] of members.matchAll(/(\\.|[^\\])(?:-(\\.|[^\\]))?/gsu)) {
    const [first, last] = [bare(from), to === undefined ? bare(from) : bare(to)];
    if ((first.codePointAt(0) ?? 0) > (last.codePointAt(0) ?? 0)) continue;
    source += `${member(first)}-${member(last)}`;
  }
  return source;
}

const bare = (text: string): string => (text.length > 1 && text.startsWith('\\') ? text.slice(1) : text);

const member = (character: string): string => `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`;

/** Whether a run of names that ends with the last one fits. */
export function fitsEnd({ rooted, parts }: Pattern, names: readonly string[]): boolean {
  return endsWith(parts, parts.length, names, names.length, rooted);
}

/** Compares from the end, which most paths fail at once. */
function endsWith(
  parts: readonly Part[],
  partsLeft: number,
  names: readonly string[],
  namesLeft: number,
  rooted: boolean,
): boolean {
  const part = parts[partsLeft - 1];
  if (part === undefined) return !rooted || namesLeft === 0;
  if (part === '**') {
    for (let skipped = 0; skipped <= namesLeft; skipped += 1) {
      if (endsWith(parts, partsLeft - 1, names, namesLeft - skipped, rooted)) return true;
    }
    return false;
  }
  const name = names[namesLeft - 1];
  return name !== undefined && part.fits(name) && endsWith(parts, partsLeft - 1, names, namesLeft - 1, rooted);
}
