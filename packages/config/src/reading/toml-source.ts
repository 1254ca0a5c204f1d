import { parse, TomlError } from 'smol-toml';
import type { Path } from './path.ts';
import type { SourceText, Span } from './source-text.ts';
import type { ParsedText } from './yaml-source.ts';

interface Place {
  readonly key: Span | undefined;
  readonly value: Span;
}

/**
 * Where keys and values of a TOML text stand. The parser tells values only, so this reads the text a second time; it
 * relies on the text being valid.
 */
class TomlPlaces {
  readonly #text: string;
  readonly #places = new Map<string, Place>();
  readonly #tables = new Map<string, number>();
  #at = 0;

  constructor(text: string) {
    this.#text = text;
    let table: Path = [];
    for (;;) {
      this.#skip(/(?:[\s]|#[^\n]*)*/y);
      if (this.#at >= text.length) return;
      if (text[this.#at] === '[') table = this.#header();
      else this.#entry(table);
    }
  }

  find(path: Path, part: 'key' | 'value'): Span | undefined {
    const place = this.#places.get(JSON.stringify(path));
    return part === 'key' ? (place?.key ?? place?.value) : place?.value;
  }

  #skip(pattern: RegExp): string {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.#text)?.[0] ?? '';
    this.#at += found.length;
    return found;
  }

  /** `a."b.c" . d`, each part with its place. */
  #keys(): readonly { readonly name: string; readonly span: Span }[] {
    const keys: { name: string; span: Span }[] = [];
    do {
      this.#skip(/[ \t.]*/y);
      const start = this.#at;
      const raw = this.#skip(/"(?:[^"\\\n]|\\.)*"|'[^'\n]*'|[A-Za-z0-9_-]+/y);
      if (raw === '') return keys;
      keys.push({ name: plainKey(raw), span: { start, end: this.#at } });
      this.#skip(/[ \t]*/y);
    } while (this.#text[this.#at] === '.');
    return keys;
  }

  #header(): Path {
    const list = this.#skip(/\[\[?/y).length === 2;
    const keys = this.#keys();
    this.#skip(/[ \t]*\]{1,2}/y);
    const path: (string | number)[] = [];
    for (const { name, span } of keys) {
      path.push(name);
      this.#put(path, span, span);
      const index = this.#tables.get(JSON.stringify(path));
      if (index !== undefined && keys.at(-1)?.span !== span) path.push(index);
    }
    if (!list) return path;
    const index = (this.#tables.get(JSON.stringify(path)) ?? -1) + 1;
    this.#tables.set(JSON.stringify(path), index);
    return [...path, index];
  }

  #entry(table: Path): void {
    const keys = this.#keys();
    this.#skip(/[ \t]*=[ \t]*/y);
    const start = this.#at;
    const path = keys.reduce<Path>((path, { name }) => [...path, name], table);
    const before = this.#at;
    this.#value(path);
    // A scanner that stands still would never end.
    if (this.#at === before && keys.length === 0) this.#at += 1;
    const value = { start, end: this.#at };
    keys.forEach(({ span }, index) =>
      this.#put([...table, ...keys.slice(0, index + 1).map(({ name }) => name)], span, value),
    );
  }

  #value(path: Path): void {
    const start = this.#at;
    const opening = this.#text[this.#at];
    if (opening === '[') this.#items(path);
    else if (opening === '{') this.#inlineTable(path);
    else this.#skip(/"""(?:[^\\]|\\[^])*?"{3,5}|'''[^]*?'{3,5}|"(?:[^"\\\n]|\\.)*"|'[^'\n]*'|[^\s,\]}#][^,\]}#\n]*/y);
    this.#put(path, undefined, { start, end: this.#at });
  }

  #items(path: Path): void {
    this.#at += 1;
    for (let index = 0; ; index += 1) {
      this.#skip(/(?:[\s,]|#[^\n]*)*/y);
      if (this.#at >= this.#text.length || this.#skip(/\]/y) !== '') return;
      this.#value([...path, index]);
    }
  }

  #inlineTable(path: Path): void {
    this.#at += 1;
    for (;;) {
      this.#skip(/(?:[\s,]|#[^\n]*)*/y);
      if (this.#at >= this.#text.length || this.#skip(/\}/y) !== '') return;
      this.#entry(path);
    }
  }

  #put(path: Path, key: Span | undefined, value: Span): void {
    const id = JSON.stringify(path);
    this.#places.set(id, { key: key ?? this.#places.get(id)?.key, value });
  }
}

function plainKey(raw: string): string {
  if (raw.startsWith("'")) return raw.slice(1, -1);
  return raw.startsWith('"') ? String(Object.keys(parse(`${raw} = 0`))[0]) : raw;
}

function offsetOf(text: string, line: number, column: number): number {
  const before = text.split('\n').slice(0, line - 1);
  return Math.min(text.length, before.reduce((sum, { length }) => sum + length + 1, 0) + column - 1);
}

/** Reads TOML. What cannot be read gives a finding and no value. */
export function parseToml(file: string, text: string): ParsedText {
  try {
    const value = parse(text, { maxDepth: 60 });
    const places = new TomlPlaces(text);
    return { source: { file, text, value, locate: (path, part) => places.find(path, part) }, findings: [] };
  } catch (error) {
    if (!(error instanceof TomlError)) throw error;
    const source: SourceText = { file, text, value: undefined, locate: () => undefined };
    const start = offsetOf(text, error.line, error.column);
    // The parser's message repeats the text, and with it perhaps a secret: its first line does not.
    const twice = /already|redefin/i.test(error.message);
    return {
      source,
      findings: [
        {
          code: twice ? 'config.duplicate' : 'config.syntax',
          message: twice ? 'this key or table is already there' : 'this is not TOML',
          hint: twice ? 'remove one of the two, or rename it' : 'look for a quote, bracket or "=" that is missing here',
          source,
          span: { start, end: start + 1 },
        },
      ],
    };
  }
}
