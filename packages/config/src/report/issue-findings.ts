import type * as z from 'zod';
import { closest } from '@umbracore/contracts';
import { formatPath, valueAt, type Path } from '../reading/path.ts';
import { job } from '../schema/job.ts';
import { keyTrait, kindsOf, knownKeys, schemasAt, traitOf, wordsOf } from '../schema/schema-walk.ts';
import { nearestSpan, type Finding, type SourceText } from '../reading/source-text.ts';

export type Issue = z.core.$ZodIssue;
type Schema = z.core.$ZodType;

const at = (issue: Issue, base: Path): Path => [
  ...base,
  ...issue.path.map((step) => (typeof step === 'number' ? step : String(step))),
];

/** How far into the value an issue lies. */
function depthOf({ path, ...issue }: Issue): number {
  const branch = issue.code === 'invalid_union' ? meantBranch(issue.errors) : undefined;
  return path.length + (branch === undefined ? 0 : deepestOf(branch));
}

const deepestOf = (issues: readonly Issue[]): number => Math.max(0, ...issues.map((issue) => depthOf(issue)));

/**
 * Of a union's branches the one that was meant: not of the wrong kind at its top, and with the fewest faults; of two that have as many
 * the one that understood more before it came to one.
 */
function meantBranch(branches: readonly (readonly Issue[])[]): readonly Issue[] | undefined {
  const wrongKind = (issue: Issue): boolean =>
    issue.path.length === 0 &&
    (issue.code === 'invalid_type' ||
      issue.code === 'invalid_value' ||
      (issue.code === 'invalid_union' && meantBranch(issue.errors) === undefined));
  return branches
    .filter((issues) => !issues.some(wrongKind))
    .sort((one, other) => one.length - other.length || deepestOf(other) - deepestOf(one))[0];
}

/** The issues that a reader can act on: unions replaced by their meant branch. */
export function flattenIssues(
  issues: readonly Issue[],
  base: Path,
): readonly { readonly issue: Issue; readonly path: Path }[] {
  return issues.flatMap((issue) => {
    const path = at(issue, base);
    const branch = issue.code === 'invalid_union' ? meantBranch(issue.errors) : undefined;
    return branch === undefined ? [{ issue, path }] : flattenIssues(branch, path);
  });
}

interface Text {
  readonly message: string;
  readonly hint: string | undefined;
}

const shortened = (value: unknown): string => {
  // An address may carry a password.
  const text =
    typeof value === 'string' ? `"${value.replaceAll(/(\/\/[^/\s:@]*:)\S+@/g, '$1[secret]@')}"` : String(value);
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
};

function kindOfValue(value: unknown): string {
  if (value === null || value === undefined) return 'nothing';
  if (Array.isArray(value)) return 'a list';
  if (value instanceof Date) return 'a date';
  return (
    { string: 'a text', number: 'a number', boolean: 'true or false', object: 'a map' }[typeof value as string] ??
    'something else'
  );
}

function wrongKind(value: unknown, path: Path, schemas: readonly Schema[]): Text {
  const trait = schemas.map((schema) => traitOf(schema)).find((found) => found !== undefined);
  const kinds = kindsOf(schemas);
  const wanted = trait?.name ?? (kinds.length === 0 ? 'another kind of value' : kinds.join(' or '));
  const place = path.length === 0 ? 'the configuration' : formatPath(path);
  const hint = trait?.hint ?? `write ${wanted}`;
  if (value === null)
    return { message: `${place} is empty, but must be ${wanted}`, hint: `${hint}, or remove the key` };
  return {
    message: `${place} must be ${wanted}, not ${kindOfValue(value)}`,
    // TOML has dates, and takes what looks like one for one.
    hint: value instanceof Date ? 'put it between quotes' : hint,
  };
}

function wrongChoice(value: unknown, path: Path, choices: readonly unknown[]): Text {
  const words = choices.map(String);
  const meant = typeof value === 'string' ? closest(value, words) : undefined;
  return {
    message: `${shortened(value)} is not a value of ${formatPath(path)}`,
    hint:
      meant === undefined
        ? `use ${words.length === 1 ? '' : 'one of: '}${words.join(', ')}`
        : `did you mean "${meant}"?`,
  };
}

/** A text that is none of the words which may stand here beside other forms. */
function wrongForm(value: unknown, path: Path, schemas: readonly Schema[]): Text {
  const words = wordsOf(schemas);
  const meant = typeof value === 'string' ? closest(value, words) : undefined;
  const hasName = schemas.some((schema) => traitOf(schema) !== undefined);
  if (meant === undefined && (hasName || typeof value !== 'string' || words.length === 0))
    return wrongKind(value, path, schemas);
  return wrongChoice(value, path, words);
}

function explain(issue: Issue, path: Path, value: unknown, schemas: readonly Schema[]): Text {
  switch (issue.code) {
    case 'invalid_value':
      return wrongChoice(value, path, issue.values);
    case 'invalid_format': {
      const trait = schemas.map((schema) => traitOf(schema)).find((found) => found !== undefined);
      return { message: `${shortened(value)} is not ${trait?.name ?? 'valid here'}`, hint: trait?.hint };
    }
    case 'too_big':
      return {
        message: `${shortened(value)} is too large for ${formatPath(path)}`,
        hint: `write at most ${issue.maximum}`,
      };
    case 'too_small':
      if (issue.origin === 'array')
        return { message: `${formatPath(path)} is an empty list`, hint: 'add an entry, or remove the key' };
      if (issue.origin === 'string')
        return { message: `${formatPath(path)} is empty`, hint: 'write a text, or remove the key' };
      return {
        message: `${shortened(value)} is too small for ${formatPath(path)}`,
        hint: `write at least ${issue.minimum}`,
      };
    case 'invalid_type':
      if (issue.expected === 'int') return { message: `${formatPath(path)} must be a whole number`, hint: 'round it' };
      return wrongKind(value, path, schemas);
    case 'invalid_union':
      return wrongForm(value, path, schemas);
    case 'invalid_key':
    case 'invalid_element':
    case 'unrecognized_keys':
    case 'not_multiple_of':
    case 'custom':
      return wrongKind(value, path, schemas);
    default:
      return issue satisfies never;
  }
}

/** The path of the secret that a path leads into, if it does. */
function secretAbove(schema: Schema, path: Path): Path | undefined {
  const length = path.findIndex((_, index) =>
    schemasAt(schema, path.slice(0, index + 1)).some((inner) => traitOf(inner)?.secret === true),
  );
  return length === -1 ? undefined : path.slice(0, length + 1);
}

/** True where a key that is no plain word may be a secret with a typing mistake before it. */
const besideSecrets = (path: Path): boolean =>
  (path[0] === 'repositories' && path.length > 1) || (path.length > 2 && path[2] === 'command');

/** A key as messages show it. */
const quotedKey = (key: string, path: Path): string =>
  besideSecrets(path) && !/^[\w.-]+$/.test(key) && /[\s:=*"']/.test(key) ? '"…"' : shortened(key);

/** What other programs call it. */
const wordsForForget: ReadonlySet<string> = new Set(['retention', 'keep', 'policy']);

/** Where a field of jobs belongs that was written elsewhere. */
function homeOf(key: string, path: Path): string | undefined {
  if (wordsForForget.has(key) && path[0] === 'jobs' && path.length === 2) {
    return 'which snapshots go is for a job of its own, such as: tidy: { forget: { daily: 7 }, schedule: daily at 05:00 }';
  }
  if (key === '<<') {
    return path[0] === 'jobs'
      ? 'remove it, and write what jobs share into a profile: YAML 1.2 does not merge maps'
      : 'remove it, and write its keys out: YAML 1.2 does not merge maps';
  }
  if (!Object.hasOwn(job.shape, key)) return undefined;
  if (path.length === 0) return 'write it in a job, below jobs.NAME';
  return path[0] === 'chains' && path.length === 2 ? 'write it in the jobs of the chain' : undefined;
}

function unknownKeys(schema: Schema, source: SourceText, path: Path, keys: readonly string[]): readonly Finding[] {
  const known = knownKeys(schemasAt(schema, path));
  return keys.map((key) => {
    const meant = closest(key, known);
    const where = path.length === 0 ? '' : ` in ${formatPath(path)}`;
    const hint =
      homeOf(key, path) ??
      (meant === undefined ? `remove it, or use one of: ${known.join(', ')}` : `did you mean "${meant}"?`);
    const span = nearestSpan(source, [...path, key], 'key');
    return { code: 'config.unknown-key', message: `unknown key ${quotedKey(key, path)}${where}`, hint, source, span };
  });
}

function wrongName(schema: Schema, source: SourceText, path: Path): Finding {
  const key = String(path.at(-1));
  const trait = keyTrait(schemasAt(schema, path.slice(0, -1)));
  const better = key
    .trim()
    .replaceAll(/[^A-Za-z0-9._-]+/g, '-')
    .replaceAll(/^[^A-Za-z0-9]+|-+$/g, '');
  return {
    code: 'config.invalid-value',
    message: `${quotedKey(key, path)} is not ${trait?.name ?? 'a name'}`,
    hint: trait?.name === 'a name' && better !== '' ? `did you mean "${better}"? ${trait.hint}` : trait?.hint,
    source,
    span: nearestSpan(source, path, 'key'),
  };
}

function missingKey(source: SourceText, path: Path): Finding {
  const holder = path.slice(0, -1);
  return {
    code: 'config.invalid-value',
    message: `${formatPath(holder)} has no "${String(path.at(-1))}"`,
    hint: `add "${String(path.at(-1))}:" to it`,
    source,
    span: nearestSpan(source, holder, 'key'),
  };
}

/** One issue of the schema as findings at their places; what is secret is not repeated. */
export function toFindings(schema: Schema, source: SourceText, issue: Issue, path: Path): readonly Finding[] {
  // A wrong key is judged by the map that it stands in.
  const secret = secretAbove(schema, issue.code === 'invalid_key' ? path.slice(0, -1) : path);
  if (secret !== undefined) {
    const hint = schemasAt(schema, secret).map((inner) => traitOf(inner)?.hint)[0];
    const span = nearestSpan(source, secret, 'value');
    // Without a value, the secret itself may stand where the name should.
    const message =
      valueAt(source.value, secret) === null
        ? `${formatPath(secret.slice(0, -1))} has a secret without a reference`
        : `${formatPath(secret)} is not a secret reference`;
    return [{ code: 'config.invalid-value', message, hint, source, span }];
  }
  if (issue.code === 'unrecognized_keys') return unknownKeys(schema, source, path, issue.keys);
  if (issue.code === 'invalid_key') return [wrongName(schema, source, path)];
  const value = valueAt(source.value, path);
  if (value === undefined && path.length > 0) return [missingKey(source, path)];
  if (value === null && path.length === 1 && path[0] === 'jobs') return [noJobs(source)];
  const { message, hint } = explain(issue, path, value, schemasAt(schema, path));
  return [
    {
      code: 'config.invalid-value',
      message,
      hint,
      source,
      span: nearestSpan(source, path, value === null ? 'key' : 'value'),
    },
  ];
}

/** The finding for `jobs:` with nothing below. */
export const noJobs = (source: SourceText): Finding => ({
  code: 'config.no-jobs',
  message: 'there is no job in jobs',
  hint: 'add a job, or remove the key',
  source,
  span: nearestSpan(source, ['jobs'], 'key'),
});
