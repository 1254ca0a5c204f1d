import { dirname } from 'node:path';
import type { Source } from '@umbracore/contracts';
import { builtIn } from './built-in.ts';
import type { Collection, Entry } from './collect.ts';
import { absolutePath, type Folders } from './file-path.ts';
import { isMap, valueAt, type Path } from './path.ts';
import type { JobFields, ScheduleInput } from './schema.ts';
import { nearestSpan, type SourceText, type Span } from './source-text.ts';

/** Job fields in one form each: lists instead of the short forms, absolute paths, one name for `retry`. */
export type PlainFields = Omit<JobFields, 'sources' | 'repository' | 'schedule' | 'retryStrategy'> & {
  readonly sources?: readonly Source[] | undefined;
  readonly repository?: readonly string[] | undefined;
  readonly schedule?: readonly (string | ScheduleInput)[] | undefined;
};

/** The fields of a job after all layers: the built-in ones are surely there. */
export type CompleteFields = PlainFields & {
  readonly [Key in keyof typeof builtIn]-?: Exclude<PlainFields[Key & keyof PlainFields], undefined>;
};

/** One source of job fields. */
export interface Layer {
  /** `built-in`, `defaults`, `profile NAME`, `job` or `call`. */
  readonly name: string;
  readonly fields: PlainFields;
  /** The part of a file that it was read from. */
  readonly entry: Entry<unknown> | undefined;
}

const list = <T>(value: T | readonly T[]): readonly T[] =>
  Array.isArray(value) ? (value as readonly T[]) : [value as T];

function plainSource(
  source: string | { readonly path: string; readonly required?: boolean | undefined },
  folders: Folders,
): Source {
  const { path, required = true } = typeof source === 'string' ? { path: source } : source;
  return { path: absolutePath(path, folders), required };
}

/** Brings the fields of one layer into one form. Relative paths start at the folder of the layer's file. */
export function plainFields(fields: JobFields, folders: Folders): PlainFields {
  const { sources, repository, schedule, retry, retryStrategy, maxRuntime, ...others } = fields;
  const schedules = schedule === undefined ? [] : list(schedule);
  const inSchedule = schedules.filter((item) => typeof item !== 'string');
  const tries = retry ?? retryStrategy ?? inSchedule.find((item) => item.retryStrategy !== undefined)?.retryStrategy;
  const runtime = maxRuntime ?? inSchedule.find((item) => item.maxRuntime !== undefined)?.maxRuntime;
  return {
    ...others,
    ...(sources === undefined ? {} : { sources: list(sources).map((source) => plainSource(source, folders)) }),
    ...(repository === undefined ? {} : { repository: list(repository) }),
    ...(schedule === undefined ? {} : { schedule: schedules }),
    ...(tries === undefined ? {} : { retry: tries }),
    ...(runtime === undefined ? {} : { maxRuntime: runtime }),
  };
}

/** The weaker value with the stronger one over it: maps merge, everything else is replaced. */
export function merge(weaker: unknown, stronger: unknown): unknown {
  if (stronger === undefined) return weaker;
  if (!isMap(weaker) || !isMap(stronger)) return stronger;
  const keys = new Set([...Object.keys(weaker), ...Object.keys(stronger)]);
  const own = (map: Readonly<Record<string, unknown>>, key: string): unknown =>
    Object.hasOwn(map, key) ? map[key] : undefined;
  return Object.fromEntries([...keys].map((key) => [key, merge(own(weaker, key), own(stronger, key))]));
}

/** The names of a job's profiles, each after the ones it extends, none twice. Circles are left where they close. */
export function profileOrder(
  profiles: Collection['profiles'],
  names: readonly string[],
  seen = new Set<string>(),
): readonly string[] {
  return names.flatMap((name) => {
    const profile = profiles.get(name);
    if (profile === undefined || seen.has(name)) return [];
    seen.add(name);
    return [...profileOrder(profiles, list(profile.value.extends ?? []), seen), name];
  });
}

const weakest: Layer = {
  name: 'built-in',
  fields: plainFields(builtIn, { base: '/', home: '/' }),
  entry: undefined,
};

/** The layers of a job, weakest first. */
export function layersOf(
  collection: Collection,
  job: Entry<JobFields & { profile?: string | string[] | undefined }>,
  home: string,
): readonly Layer[] {
  const layer = (name: string, entry: Entry<JobFields>): Layer => {
    const {
      profile: _profile,
      extends: _extends,
      ...fields
    } = entry.value as JobFields & { profile?: unknown; extends?: unknown };
    return { name, fields: plainFields(fields, { base: dirname(entry.source.file), home }), entry };
  };
  const profiles = profileOrder(collection.profiles, list(job.value.profile ?? [])).flatMap((name) => {
    const entry = collection.profiles.get(name);
    return entry === undefined ? [] : [layer(`profile ${name}`, entry)];
  });
  const defaults = collection.defaults === undefined ? [] : [layer('defaults', collection.defaults)];
  return [weakest, ...defaults, ...profiles, layer('job', job)];
}

/** All layers as one. */
export const flattenLayers = (layers: readonly Layer[]): CompleteFields =>
  layers.reduce<unknown>((fields, layer) => merge(fields, layer.fields), {}) as CompleteFields;

/** The strongest layer that says something at a path. */
export const strongestAt = (layers: readonly Layer[], path: Path): Layer | undefined =>
  layers.findLast(({ fields }) => valueAt(fields, path) !== undefined);

/** Where a layer's file says what stands at a path of the plain fields. */
export function placeIn(layer: Layer, path: Path): { readonly source: SourceText; readonly span: Span } | undefined {
  const { entry } = layer;
  if (entry === undefined) return undefined;
  const [first, ...rest] = path;
  const written: readonly Path[] = [
    path,
    ...(first === 'retry'
      ? [
          ['retryStrategy', ...rest],
          ['schedule', 'retryStrategy', ...rest],
        ]
      : []),
    ...(first === 'maxRuntime' ? [['schedule', 'maxRuntime']] : []),
    // One item may stand without its list.
    ...(rest.length === 1 && rest[0] === 0 && first !== undefined ? [[first]] : []),
  ];
  const { source } = entry;
  for (const candidate of written) {
    const span = source.locate([...entry.path, ...candidate], 'value');
    if (span !== undefined) return { source, span };
  }
  return { source, span: nearestSpan(source, [...entry.path, ...path], 'value') };
}
