import { job } from '../schema/job.ts';
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

/** Keys of the other sections whose values may be seen. */
const openKeys = new Set([
  ...openSections,
  'repositories',
  'url',
  'backend',
  'compression',
  'packSize',
  'limits',
  'upload',
  'download',
  'lockWait',
  'concurrency',
]);

const keys = /["']?([A-Za-z_][\w.-]*)["']?\s*[:=](?=\s|$|["'{[])/g;

/** Where a line of a closed section stops being harmless; its length if it does not. */
function harmlessLength(line: string): number {
  const first = line.search(/[^\s{}[\],-]/);
  if (first === -1) return line.length;
  if (line[first] === '#') return namedSecret(line);
  const found = [...line.matchAll(keys)];
  if (found[0]?.index !== first) return first;
  const doubtful = found.find(([, key = '']) => !openKeys.has(key) || secretName.test(key));
  return doubtful === undefined ? line.length : doubtful.index + doubtful[0].length;
}

/** Commands have an environment, whose name may be what is misspelt. */
const opensSecrets = (key: string): boolean => secretName.test(key) || /(?:^|\.)command(?:$|\.)/.test(key);

const namesSecrets = (line: string): boolean => [...line.matchAll(keys)].some(([, key = '']) => opensSecrets(key));

/** Where a line of an open section names something secret all the same. */
function namedSecret(line: string): number {
  const named = [...line.matchAll(keys)].find(([, key = '']) => opensSecrets(key));
  return named === undefined ? line.length : named.index + named[0].length;
}

/** A line that opens a map or a list, or says a field of a job: nothing that a slip makes of a variable of an environment. */
function leadsOut(line: string): boolean {
  const [, key = '', rest = ''] = /^\s*["']?([\w.-]+)["']?\s*[:=](?=\s|$)\s*(.*)$/.exec(line) ?? [];
  return (key !== '' && /^(?:[{[#].*)?$/.test(rest)) || Object.hasOwn(job.shape, key);
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
  for (const line of text.split('\n')) {
    const [, section] = /^\[*["']?([A-Za-z]+)["']?(?:\s*[:=](?=\s|$)|[.\]])/.exec(line) ?? [];
    if (section !== undefined) naming = undefined;
    if (section !== undefined) open = openSections.has(section) && !/^\[[^\]]*\.["']?(?:env|command)\b/.test(line);
    else if (/^[^\s#\]}-]/.test(line)) open = false;
    if (naming !== undefined && indentOf(line) <= naming && leadsOut(line)) naming = undefined;
    const shown = open && naming === undefined ? namedSecret(line) : harmlessLength(line);
    if (naming === undefined && namesSecrets(line)) naming = indentOf(line);
    if (shown < line.trimEnd().length) spans.push({ start: offset + shown, end: offset + line.length });
    offset += line.length + 1;
  }
  return spans;
}
