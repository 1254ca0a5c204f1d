import { isDeepStrictEqual } from 'node:util';
import { UmbraError } from '@umbracore/contracts';
import { isMap, isScalar, parseDocument, stringify, type Document, type Pair, type YAMLMap } from 'yaml';
import { isMap as isPlainMap, type PlainMap } from '../reading/path.ts';
import type { RepositoryInput } from '../schema/configuration.ts';
import type { JobInput } from '../schema/job.ts';

/** A job to write: its fields and its id. */
export type NewJob = JobInput & { readonly id: string };

/** Adds a job to a YAML or JSON configuration. Every byte that was there stays. Throws `config.duplicate`, `config.*`. */
export function addJob(text: string, { id, ...fields }: NewJob): string {
  const { document, value } = read(text);
  const jobs = isPlainMap(value['jobs']) ? value['jobs'] : {};
  const section = sectionOf(value, id);
  if (section !== undefined) {
    throw new UmbraError('config.duplicate', `the ${section === 'jobs' ? 'job' : 'chain'} "${id}" is already there`, {
      hint: 'choose another name',
      context: { job: id },
    });
  }
  const job = definedOnly(fields);
  const edited = withLineBreaks(text, (plain) => insertEntry(plain, document, 'jobs', { id, value: job }));
  return proved(edited, { ...value, jobs: { ...jobs, [id]: job } });
}

/** Adds a repository, as `addJob` adds a job. Throws `config.duplicate`, `config.*`. */
export function addRepository(text: string, id: string, fields: Exclude<RepositoryInput, string>): string {
  const { document, value } = read(text);
  const known = isPlainMap(value['repositories']) ? value['repositories'] : {};
  if (Object.hasOwn(known, id)) {
    throw new UmbraError('config.duplicate', `the repository "${id}" is already there`, {
      hint: 'choose another name',
      context: { repository: id },
    });
  }
  const added = definedOnly(fields);
  const entry = { id, value: added };
  const edited = withLineBreaks(text, (plain) => insertEntry(plain, document, 'repositories', entry));
  return proved(edited, { ...value, repositories: { ...known, [id]: added } });
}

/** What the name of a job may stand in. */
type Section = 'jobs' | 'chains';

const sections: readonly Section[] = ['jobs', 'chains'];

const sectionOf = (value: PlainMap, id: string): Section | undefined =>
  sections.find((section) => {
    const entries = value[section];
    return isPlainMap(entries) && Object.hasOwn(entries, id);
  });

/**
 * Removes a job or chain from a YAML or JSON configuration; with the last one goes `jobs:` or `chains:`. Throws
 * `usage.unknown-job`, `config.*`.
 */
export function removeJob(text: string, id: string): string {
  const { document, value } = read(text);
  const section = sectionOf(value, id);
  const entries = section === undefined ? undefined : value[section];
  if (section === undefined || !isPlainMap(entries)) {
    throw new UmbraError('usage.unknown-job', `there is no job "${id}" in the file`, { context: { job: id } });
  }
  const { [section]: _section, ...others } = value;
  const { [id]: _removed, ...remaining } = entries;
  const root = document.contents;
  const map = mapAt(document, section);
  if (!isMap(root) || map === undefined) throw cannotEdit();
  if (Object.keys(remaining).length === 0) return proved(withoutPair(text, root, section), others);
  return proved(withoutPair(text, map, id), { ...others, [section]: remaining });
}

/** The lines of a job or chain, from 1; undefined if the text has no such job. */
export function jobLines(text: string, id: string): { readonly first: number; readonly last: number } | undefined {
  const document = parseText(text);
  const pair = sections.map((section) => pairOf(mapAt(document, section), id)).find((found) => found !== undefined);
  if (pair === undefined) return undefined;
  const lineAt = (offset: number): number => text.slice(0, offset).split('\n').length;
  return { first: lineAt(keyStart(pair)), last: lineAt(text.slice(0, endOf(pair)).trimEnd().length) };
}

export const cannotEdit = (): UmbraError =>
  new UmbraError('config.invalid-value', 'the configuration cannot be edited by the program', {
    hint: 'edit it by hand',
  });

/** What a text means; undefined if it is not a map without errors. */
function meaningOf(document: Document): PlainMap | undefined {
  if (document.errors.length > 0) return undefined;
  try {
    const value: unknown = document.toJS({ maxAliasCount: 50 }) ?? {};
    return isPlainMap(value) ? value : undefined;
  } catch (error) {
    // An alias whose anchor is gone.
    if (error instanceof ReferenceError) return undefined;
    throw error;
  }
}

const parseText = (text: string): Document => parseDocument(text, { logLevel: 'error', prettyErrors: false });

export function read(text: string): { readonly document: Document; readonly value: PlainMap } {
  const document = parseText(text);
  const value = meaningOf(document);
  if (value !== undefined) return { document, value };
  throw new UmbraError('config.syntax', 'the configuration has errors', {
    hint: 'run `umbra config check` to see them',
  });
}

/** The text, if it means exactly what it should mean now. */
export function proved(text: string, wanted: PlainMap): string {
  if (!isDeepStrictEqual(meaningOf(parseText(text)), wanted)) throw cannotEdit();
  return text;
}

const definedOnly = (map: PlainMap): PlainMap =>
  Object.fromEntries(
    Object.entries(map).flatMap(([key, value]) =>
      value === undefined ? [] : [[key, isPlainMap(value) ? definedOnly(value) : value]],
    ),
  );

/** Makes an edit with the line breaks that the text has already. */
export function withLineBreaks(text: string, edit: (text: string) => Splice): string {
  const { at, insert } = edit(text);
  const broken = text.includes('\r\n') ? insert.replaceAll('\n', '\r\n') : insert;
  return text.slice(0, at) + broken + text.slice(at);
}

export interface Splice {
  readonly at: number;
  readonly insert: string;
}

export const pairOf = (map: YAMLMap | undefined, key: string): Pair | undefined =>
  map?.items.find((pair) => isScalar(pair.key) && String(pair.key.value) === key);

function mapAt(document: Document, key: string): YAMLMap | undefined {
  const value = isMap(document.contents) ? pairOf(document.contents, key)?.value : undefined;
  return isMap(value) ? value : undefined;
}

export const rangeOf = (node: unknown): readonly number[] | undefined =>
  typeof node === 'object' && node !== null && 'range' in node && Array.isArray(node.range)
    ? (node.range as number[])
    : undefined;

export function keyStart({ key }: Pair): number {
  const [start] = rangeOf(key) ?? [];
  if (start === undefined) throw cannotEdit();
  return start;
}

/** Where a pair's content ends: before trailing comments. */
function endOf({ key, value }: Pair): number {
  const end = rangeOf(value)?.[1] ?? rangeOf(key)?.[1];
  if (end === undefined) throw cannotEdit();
  return end;
}

/** The start of the line after an offset; the offset itself if a line starts there. */
export function nextLine(text: string, offset: number): number {
  if (offset > 0 && text[offset - 1] === '\n') return offset;
  const newline = text.indexOf('\n', offset);
  return newline === -1 ? text.length : newline + 1;
}

export const lineStart = (text: string, offset: number): number => text.lastIndexOf('\n', offset - 1) + 1;

interface Entry {
  readonly id: string;
  readonly value: PlainMap;
}

function insertEntry(text: string, document: Document, section: string, { id, value }: Entry): Splice {
  const root = document.contents;
  const pair = isMap(root) ? pairOf(root, section) : undefined;
  if (root !== null && !isMap(root)) throw cannotEdit();
  if (pair === undefined) {
    if (root?.flow === true) return inFlow(text, root, section, { [id]: value });
    return onNewLine(text, text.length, block({ [section]: { [id]: value } }, 0));
  }
  if (isMap(pair.value) && pair.value.flow === true) return inFlow(text, pair.value, id, value);
  if (isMap(pair.value) && pair.value.items.length > 0) return inBlock(text, pair.value, id, value);
  if (
    isScalar(pair.value) &&
    pair.value.value === null &&
    root?.flow !== true &&
    rangeOf(pair.value)?.[0] === rangeOf(pair.value)?.[1]
  ) {
    return onNewLine(text, nextLine(text, rangeOf(pair.key)?.[1] ?? keyStart(pair)), block({ [id]: value }, 2));
  }
  throw cannotEdit();
}

function inBlock(text: string, map: YAMLMap, id: string, job: PlainMap): Splice {
  const [first] = map.items;
  const last = map.items.at(-1);
  if (first === undefined || last === undefined) throw cannotEdit();
  const start = keyStart(first);
  return onNewLine(text, nextLine(text, endOf(last)), block({ [id]: job }, start - lineStart(text, start)));
}

export function onNewLine(text: string, at: number, insert: string): Splice {
  const whole = at === 0 || text[at - 1] === '\n' || text.slice(0, at) === '\uFEFF';
  return { at, insert: whole ? insert : `\n${insert}` };
}

/** A map or list in block style, every line moved right. */
export function block(value: PlainMap | readonly unknown[], indent: number): string {
  // Not by a pattern: to those, a line ends at U+2028 too, which may stand in a text.
  return stringify(value, { lineWidth: 0, blockQuote: false })
    .split('\n')
    .map((line) => (line === '' ? line : ' '.repeat(indent) + line))
    .join('\n');
}

/** Into braces, as JSON: that is YAML as well. Entries that stand on lines of their own get one more such line. */
function inFlow(text: string, map: YAMLMap, id: string, job: PlainMap): Splice {
  const entry = `${JSON.stringify(id)}: ${JSON.stringify(job)}`;
  const last = map.items.at(-1);
  const [open] = rangeOf(map) ?? [];
  if (open === undefined) throw cannotEdit();
  if (last === undefined) return { at: open + 1, insert: entry };
  const start = keyStart(last);
  const lead = text.slice(lineStart(text, start), start);
  return { at: endOf(last), insert: /^[ \t]+$/.test(lead) ? `,\n${lead}${entry}` : `, ${entry}` };
}

function withoutPair(text: string, map: YAMLMap, key: string): string {
  const index = map.items.findIndex((pair) => isScalar(pair.key) && String(pair.key.value) === key);
  const pair = map.items[index];
  if (pair === undefined) throw cannotEdit();
  const before = map.items[index - 1];
  const after = map.items[index + 1];
  const [from, to] =
    map.flow !== true
      ? [lineStart(text, keyStart(pair)), nextLine(text, endOf(pair))]
      : before !== undefined
        ? [endOf(before), endOf(pair)]
        : [keyStart(pair), after === undefined ? endOf(pair) : keyStart(after)];
  return text.slice(0, from) + text.slice(to);
}
