import {
  isAlias,
  isMap,
  isScalar,
  isSeq,
  parseDocument,
  visit,
  type Document,
  type ErrorCode,
  type Node,
  type Pair,
  type YAMLError,
} from 'yaml';
import { isMap as isPlainMap, type Path } from './path.ts';
import type { Finding, SourceText, Span } from './source-text.ts';

const deepest = 60;
const aliasBound = { maxAliasCount: 50 };
const tooDeep = 'the file is nested too deeply';

/** Texts of our own: the parser's quote the file, and what they quote may be a secret. */
const syntaxProblems: Readonly<Record<ErrorCode, readonly [message: string, hint: string]>> = {
  ALIAS_PROPS: ['an alias cannot have a tag or an anchor', 'remove what stands before the alias'],
  BAD_ALIAS: ['this alias is not one that can be used', 'define its anchor above, or quote a text that starts with *'],
  BAD_COLLECTION_TYPE: ['this tag does not fit its value', 'remove the tag'],
  BAD_DIRECTIVE: ['this directive is not one that YAML knows', 'remove the line, or quote a text that starts with %'],
  BAD_DQ_ESCAPE: ['this escape is not one that YAML knows', 'use single quotes, or write two backslashes'],
  BAD_INDENT: ['the indentation does not fit', 'indent entries of the same level by the same number of spaces'],
  BAD_PROP_ORDER: ['an anchor or tag stands in the wrong place', 'move it before the value'],
  BAD_SCALAR_START: ['a text cannot start with this character', 'put the text between single quotes'],
  BLOCK_AS_IMPLICIT_KEY: ['a map cannot start here', 'put a text that holds ": " between single quotes'],
  BLOCK_IN_FLOW: ['block style cannot stand between brackets', 'close the bracket first'],
  DUPLICATE_KEY: ['this key is already there', 'remove one of the two, or rename it'],
  IMPOSSIBLE: ['this cannot be read as YAML', 'look at the lines around it'],
  KEY_OVER_1024_CHARS: ['this key is too long', 'shorten it'],
  MISSING_CHAR: [
    'a character is missing here',
    'close the quote or bracket, or put the ":", "," or space that is missing',
  ],
  MULTILINE_IMPLICIT_KEY: ['a key must stand on one line', 'put a ":" after the key, or quote the text'],
  MULTIPLE_ANCHORS: ['a value can have one anchor only', 'remove one'],
  MULTIPLE_DOCS: ['the file holds more than one document', 'remove the line ---'],
  MULTIPLE_TAGS: ['a value can have one tag only', 'remove one'],
  NON_STRING_KEY: ['a key must be a text', 'put it between single quotes'],
  RESOURCE_EXHAUSTION: [tooDeep, 'flatten it'],
  TAB_AS_INDENT: ['a tab cannot indent', 'use spaces'],
  TAG_RESOLVE_FAILED: ['this tag has no meaning here', 'remove it, or quote a text that starts with !'],
  UNEXPECTED_TOKEN: ['this is not expected here', 'look for a bracket, quote or comma that is missing before it'],
};

const isPair = (item: unknown): item is Pair => typeof item === 'object' && item !== null && 'key' in item;

const spanOf = (node: unknown): Span | undefined => {
  const range = (isScalar(node) || isMap(node) || isSeq(node) || isAlias(node) ? node.range : undefined) ?? undefined;
  return range === undefined ? undefined : { start: range[0], end: Math.max(range[0], range[1]) };
};

const keyText = (key: unknown): string | undefined =>
  isScalar<string | number | boolean | null>(key) ? String(key.value ?? '') : undefined;

/** The pair of a map or the node of a list at a path. */
function find(document: Document, path: Path): Pair | Node | undefined {
  let found: unknown = document.contents;
  for (const step of path) {
    const holder = isPair(found) ? found.value : found;
    const node = isAlias(holder) ? holder.resolve(document) : holder;
    if (isMap(node)) found = node.items.find(({ key }) => keyText(key) === String(step));
    else if (isSeq(node) && typeof step === 'number') found = node.items[step];
    else return undefined;
  }
  return (found ?? undefined) as Pair | Node | undefined;
}

function locate(document: Document, path: Path, part: 'key' | 'value'): Span | undefined {
  const found = find(document, path);
  if (!isPair(found)) return spanOf(found);
  return spanOf(part === 'key' ? found.key : found.value) ?? spanOf(found.key);
}

/** The line of the first of two equal keys, by the offset of the second. */
function firstOfDuplicate(document: Document, offset: number, text: string): string | undefined {
  let message: string | undefined;
  visit(document, {
    Map: (_, { items }) => {
      const second = items.find(({ key }) => isScalar(key) && key.range?.[0] === offset);
      const first = second && items.find(({ key }) => keyText(key) === keyText(second.key));
      const place = spanOf(first?.key);
      if (second === undefined || place === undefined) return undefined;
      const line = text.slice(0, place.start).split('\n').length;
      message = `"${keyText(second.key)}" is already there in line ${line}`;
      return visit.BREAK;
    },
  });
  return message;
}

function depthOf(node: unknown, depth = 0): number {
  if (depth > deepest) return depth;
  const children = isMap(node) ? node.items.map(({ value }) => value) : isSeq(node) ? node.items : [];
  return children.reduce<number>((most, child) => Math.max(most, depthOf(child, depth + 1)), depth);
}

/** Keys that JavaScript objects give a meaning of their own. */
function reservedKeys(document: Document): readonly Span[] {
  const spans: Span[] = [];
  visit(document, {
    Pair: (_, { key }) => {
      const span = keyText(key) === '__proto__' ? spanOf(key) : undefined;
      if (span !== undefined) spans.push(span);
    },
  });
  return spans;
}

export interface ParsedText {
  readonly source: SourceText;
  readonly findings: readonly Finding[];
}

/** Reads YAML, and JSON as the YAML that it is. What cannot be read gives findings and no value. */
export function parseYaml(file: string, text: string): ParsedText {
  const unread: SourceText = { file, text, value: undefined, locate: () => undefined };
  try {
    return parseShallow(file, text);
  } catch (error) {
    // Recursion that runs out of stack (RangeError) and aliases that multiply (ReferenceError).
    if (!(error instanceof RangeError || error instanceof ReferenceError)) throw error;
    const message = error instanceof RangeError ? tooDeep : 'the aliases of the file multiply without bound';
    const hint = 'write it without such nesting';
    return {
      source: unread,
      findings: [{ code: 'config.syntax', message, hint, source: unread, span: { start: 0, end: 0 } }],
    };
  }
}

function parseShallow(file: string, text: string): ParsedText {
  // Not 'silent': that level hides a second document (yaml 2.9).
  const document = parseDocument(text, { prettyErrors: false, logLevel: 'error' });
  const partial: SourceText = {
    file,
    text,
    value: undefined,
    locate: (path, part) => locate(document, path, part),
  };
  if (depthOf(document.contents) > deepest) throw new RangeError(tooDeep);
  const aliases = wrongAliases(document);
  const faults = [...document.errors, ...document.warnings]
    .map((fault) => toFinding(document, partial, fault))
    .concat(aliases.map((span) => syntaxFinding('BAD_ALIAS', partial, span)));
  const reserved = reservedKeys(document).map((span): Finding => ({
    code: 'config.unknown-key',
    message: 'this key is reserved',
    hint: 'choose another name',
    source: partial,
    span,
  }));
  const value = aliases.length > 0 ? undefined : faults.length > 0 ? partialValue(document) : document.toJS(aliasBound);
  const source = { ...partial, value };
  return { source, findings: [...faults, ...reserved].map((finding) => ({ ...finding, source })) };
}

const syntaxFinding = (code: ErrorCode, source: SourceText, span: Span): Finding => {
  const [message, hint] = syntaxProblems[code];
  return { code: 'config.syntax', message, hint, source, span };
};

function toFinding(document: Document, source: SourceText, { code, pos: [start, end], message }: YAMLError): Finding {
  if (code === 'DUPLICATE_KEY') {
    const [fallback, hint] = syntaxProblems[code];
    const named = firstOfDuplicate(document, start, source.text) ?? fallback;
    return {
      code: 'config.duplicate',
      message: named,
      hint,
      source,
      span: { start, end: nearestKeyEnd(document, start) ?? end },
    };
  }
  // A bracket that stays open is found on the next line, and told as wrong indentation.
  if (code === 'BAD_INDENT' && message.startsWith('Flow')) {
    const open = source.text.slice(0, start).trimEnd().length;
    return syntaxFinding('MISSING_CHAR', source, { start: open, end: open });
  }
  return syntaxFinding(code, source, { start, end });
}

/** Aliases without an anchor before them, or of what they stand in; the parser finds none of them in time. */
function wrongAliases(document: Document): readonly Span[] {
  const spans: Span[] = [];
  visit(document, {
    Alias: (_, alias) => {
      const span = spanOf(alias);
      const meant = spanOf(alias.resolve(document));
      if (span !== undefined && (meant === undefined || meant.end > span.start)) spans.push(span);
    },
  });
  return spans;
}

function nearestKeyEnd(document: Document, start: number): number | undefined {
  let end: number | undefined;
  visit(document, {
    Pair: (_, { key }) => {
      const span = spanOf(key);
      if (span?.start === start) end = span.end;
    },
  });
  return end;
}

/** What could still be read of a faulty text: good enough to know which parts of it are secret. */
function partialValue(document: Document): unknown {
  try {
    const value: unknown = document.toJS(aliasBound);
    return isPlainMap(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
