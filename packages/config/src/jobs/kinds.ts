import type { JobKind } from '@umbracore/contracts';
import type { Collection, Entry } from '../reading/collect.ts';
import type { Layer } from './layers.ts';
import { isMap, valueAt } from '../reading/path.ts';
import { kindShape } from '../schema/kinds.ts';
import { nearestSpan, type Finding } from '../reading/source-text.ts';

/** The fields of which a job has exactly one, with the kind of job that each makes. */
const kindOfField = {
  sources: 'backup',
  copy: 'copy',
  forget: 'forget',
  prune: 'prune',
  check: 'check',
  drill: 'drill',
  command: 'command',
} as const satisfies Record<keyof typeof kindShape, JobKind>;

type KindField = keyof typeof kindOfField;

export type FileKind = (typeof kindOfField)[KindField];

const kindFields = Object.keys(kindOfField).filter((key): key is KindField => key in kindShape);

const onRepository: readonly FileKind[] = ['backup', 'copy', 'forget', 'prune', 'check', 'drill'];

/** Fields that not every kind understands. */
const understoodBy: Readonly<Record<string, readonly FileKind[]>> = {
  excludes: ['backup'],
  excludeIfPresent: ['backup'],
  excludeCaches: ['backup'],
  oneFileSystem: ['backup'],
  privileged: ['backup'],
  snapshot: ['backup'],
  compressionLevel: ['backup'],
  strategy: ['backup'],
  base: ['backup'],
  skipIfUnchanged: ['backup'],
  scan: ['backup'],
  verify: ['backup'],
  shrinkLimit: ['backup'],
  repository: onRepository,
  limits: onRepository,
};

/** True if a job of this kind has the field. */
export const understands = (kind: FileKind, field: string): boolean =>
  Object.hasOwn(kindOfField, field)
    ? kindOfField[field as KindField] === kind
    : understoodBy[field]?.includes(kind) !== false;

/** What is written at an entry, faulty or not. */
export function writtenKeys({ source, path }: Entry<unknown>): readonly string[] {
  const written = valueAt(source.value, path);
  return isMap(written) ? Object.keys(written) : [];
}

const kindsWritten = (entry: Entry<unknown>): readonly KindField[] => {
  const keys = writtenKeys(entry);
  return kindFields.filter((field) => keys.includes(field));
};

/** The kind of a job: what the strongest layer says that says one. Undefined if none does. */
export function kindOf(layers: readonly Layer[]): FileKind | undefined {
  const field = layers.flatMap(({ entry }) => (entry === undefined ? [] : kindsWritten(entry).slice(0, 1))).at(-1);
  return field === undefined ? undefined : kindOfField[field];
}

/** An article and the kind, as messages name it. */
export const aJobOf = (kind: FileKind): string => `a ${kind} job`;

/** Jobs and profiles that say more than one kind. */
export function checkKinds({ jobs, profiles }: Collection): readonly Finding[] {
  return [...jobs.values(), ...profiles.values()].flatMap((entry) => {
    const [first, ...others] = kindsWritten(entry);
    const second = others[0];
    if (first === undefined || second === undefined) return [];
    const what = entry.path[0] === 'jobs' ? 'job' : 'profile';
    const keys = [first, ...others].map((field) => `"${field}"`).join(' and ');
    return [
      {
        code: 'config.invalid-value',
        message: `${what} "${entry.name}" has ${keys}, but does only one thing`,
        hint: 'keep one of them, and make a second job of the other',
        source: entry.source,
        span: lastKeySpan(entry, [first, ...others]),
      },
    ];
  });
}

/** The key that comes last in the file: it is the one too many. */
function lastKeySpan({ source, path }: Entry<unknown>, keys: readonly string[]) {
  const spans = keys.map((key) => nearestSpan(source, [...path, key], 'key'));
  return spans.reduce((last, span) => (span.start > last.start ? span : last));
}

/** Fields that a job itself says although its kind has no use for them. */
export function checkFields(entry: Entry<unknown>, kind: FileKind): readonly Finding[] {
  return writtenKeys(entry)
    .filter((key) => !Object.hasOwn(kindOfField, key) && !understands(kind, key))
    .map((key) => ({
      code: 'config.invalid-value',
      message: `"${key}" has no meaning for ${aJobOf(kind)}`,
      hint: 'remove it',
      source: entry.source,
      span: nearestSpan(entry.source, [...entry.path, key], 'key'),
    }));
}
