import { configurationSchema } from '../schema/configuration.ts';
import { job } from '../schema/job.ts';
import { harmlessKeys } from '../schema/schema-walk.ts';
import type { Span } from '../reading/source-text.ts';

/** Names of what is probably a secret, whatever the schema says. */
export const secretName =
  /(?:^|\.)env(?:$|\.)|pass|secret|token|credential|auth|(?:^|[^a-z])pw|(?:^|_)key(?:$|_)|api-?key/i;

/** Sections that have no place for a secret, but for the environment of a command. */
const openSections = new Set([
  'version',
  'timezone',
  'include',
  'defaults',
  'profiles',
  'jobs',
  'chains',
  'resources',
  'daemon',
]);

/** Fields of a configuration whose values may be seen: all that the schema knows, but for its secrets. */
const openKeys = memo(() => new Set([...openSections, 'repositories', ...harmlessKeys(configurationSchema)]));

function memo<T>(make: () => T): () => T {
  let made: T | undefined;
  return () => (made ??= make());
}

const keys = /["']?([A-Za-z_][\w.-]*)["']?\s*[:=](?=\s|$|["'{[])/g;

/** A key in a line, with what comes behind it. */
interface Key {
  readonly key: string;
  readonly start: number;
  readonly end: number;
  readonly rest: string;
}

const keysIn = (line: string): readonly Key[] =>
  [...line.matchAll(keys)].map(({ 0: text, 1: key = '', index }) => {
    const end = index + text.length;
    return { key, start: index, end, rest: line.slice(end).trim() };
  });

const isOpen = (key: string): boolean => openKeys().has(key.split('.').at(-1) ?? '') && !secretName.test(key);

/** A command that is a map has an environment, whose name may be what is misspelt; one that is a list has none. */
const isCommandMap = ({ key, rest }: Key): boolean => /(?:^|\.)command$/.test(key) && /^(?:$|[{#&!|>])/.test(rest);
const isInCommand = ({ key }: Key): boolean => /(?:^|\.)command\./.test(key);

/** The name of a repository with its place, or with a map of its fields. */
const isPlace = ({ rest }: Key): boolean =>
  /^(?:\{\s*(?:$|#|["']?[A-Za-z_][\w.-]*["']?\s*[:=])|["']?(?:\/|~|\.{1,2}\/|(?:sftp|rest|s3|b2|azure|gs|swift|rclone):))/.test(
    rest,
  );

/** Where a line of a closed section stops being harmless; its length if it does not. */
function harmlessLength(line: string, mayName: boolean): number {
  const first = line.search(/[^\s{}[\],-]/);
  if (first === -1) return line.length;
  if (line[first] === '#') return namedSecret(line);
  const found = keysIn(line);
  // A field whose colon is missing is a field all the same.
  if (found[0]?.start !== first) return isOpen(firstWord(line)) ? namedSecret(line) : first;
  const doubtful = found.find((each, index) => !isOpen(each.key) && !(index === 0 && mayName && isName(each)));
  return doubtful?.end ?? line.length;
}

const isName = (key: Key): boolean => isPlace(key) && !secretName.test(key.key);

const firstWord = (line: string): string => /^[\s-]*["']?(?<word>[A-Za-z]\w*)(?=\s)/.exec(line)?.groups?.['word'] ?? '';

const opensSecrets = (key: Key): boolean => secretName.test(key.key) || isCommandMap(key) || isInCommand(key);

const namesSecrets = (line: string): boolean => keysIn(line).some(opensSecrets);

/** Where a line of an open section names something secret all the same. */
function namedSecret(line: string): number {
  const found = keysIn(line);
  const map = found.findIndex(isCommandMap);
  const doubtful = found.find(
    (each, index) =>
      secretName.test(each.key) || ((isInCommand(each) || (map !== -1 && index > map)) && !isOpen(each.key)),
  );
  return doubtful?.end ?? line.length;
}

/** A line that opens a map or a list, or says a field of a job: nothing that a slip makes of a variable of an environment. */
function leadsOut(line: string): boolean {
  const [, key = '', rest = ''] = /^\s*["']?([\w.-]+)["']?\s*[:=](?=\s|$)\s*(.*)$/.exec(line) ?? [];
  const isField = [key, firstWord(line)].some((word) => Object.hasOwn(job.shape, word));
  return (key !== '' && /^(?:[{[#].*)?$/.test(rest)) || isField;
}

const indentOf = (line: string): number => line.search(/\S|$/);

/**
 * What may be secret in a text that could not be parsed whole: where there may be passwords, everything but the values
 * of keys known to be harmless. A missing quote or bracket makes it impossible to know more.
 */
export function doubtfulSpans(text: string): readonly Span[] {
  const spans: Span[] = [];
  let offset = 0;
  let open = false;
  // How far a line that names secrets is moved in, until what follows is surely not part of it.
  let naming: number | undefined;
  let mayName = false;
  for (const line of text.split('\n')) {
    const [, section] = /^\[*["']?([A-Za-z]+)["']?(?:\s*[:=](?=\s|$)|[.\]])/.exec(line) ?? [];
    if (section !== undefined) naming = undefined;
    if (section !== undefined) mayName = section === 'repositories' && !/^\[[^\]]*\.["']?env\b/.test(line);
    if (section !== undefined) open = openSections.has(section) && !/^\[[^\]]*\.["']?(?:env|command)\b/.test(line);
    else if (/^[^\s#\]}-]/.test(line)) open = false;
    if (naming !== undefined && indentOf(line) <= naming && leadsOut(line)) naming = undefined;
    const shown =
      open && naming === undefined ? namedSecret(line) : harmlessLength(line, mayName && naming === undefined);
    if (naming === undefined && namesSecrets(line)) naming = indentOf(line);
    if (shown < line.trimEnd().length) spans.push({ start: offset + shown, end: offset + line.length });
    offset += line.length + 1;
  }
  return spans;
}
