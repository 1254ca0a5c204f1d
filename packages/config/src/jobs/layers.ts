import { dirname } from 'node:path';
import { builtIn } from '../built-in.ts';
import type { Collection, Entry } from '../reading/collect.ts';
import { isMap, valueAt, type Path } from '../reading/path.ts';
import { list } from '../list.ts';
import { plainFields, type CompleteFields, type PlainFields } from './plain-fields.ts';
import { fromSchedule } from './timing.ts';
import type { ChainInput } from '../schema/chain.ts';
import type { JobFields } from '../schema/job.ts';
import { nearestSpan, type SourceText, type Span } from '../reading/source-text.ts';

/** One source of job fields. */
export interface Layer {
  /** `built-in`, `defaults`, `profile NAME`, `job` or `chain`. */
  readonly name: string;
  readonly fields: PlainFields & Pick<ChainInput, 'steps' | 'nodes' | 'onFailure'>;
  /** The part of a file that it was read from. */
  readonly entry: Entry<Pick<JobFields, 'after'>> | undefined;
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
    return [...profileOrder(profiles, list(profile.value.extends), seen), name];
  });
}

export const weakest: Layer = {
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
  const profiles = profileOrder(collection.profiles, list(job.value.profile)).flatMap((name) => {
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

/** A path with and without its zeros: one item may stand without its list. */
function written(path: Path): readonly Path[] {
  const [first, ...rest] = path;
  if (first === undefined) return [[]];
  const further = written(rest);
  const whole = further.map((others) => [first, ...others]);
  return first === 0 ? [...whole, ...further] : whole;
}

/** Where else a value may have been said, in the order in which it counts. */
function otherNames({ fields }: Layer, [first, ...rest]: Path): readonly Path[] {
  const key = Object.entries(fromSchedule).find(([field]) => field === first)?.[1];
  if (key === undefined) return [];
  const inSchedules = (fields.schedule ?? []).flatMap((_, index) => written(['schedule', index, key, ...rest]));
  return first === 'retry' ? [['retryStrategy', ...rest], ...inSchedules] : inSchedules;
}

export interface Place {
  readonly source: SourceText;
  readonly span: Span;
}

/** Where a layer's file says what stands at a path of the plain fields. */
export function placeIn(layer: Layer, path: Path): Place | undefined {
  const { entry } = layer;
  if (entry === undefined) return undefined;
  const { source } = entry;
  for (const candidate of [...written(path), ...otherNames(layer, path)]) {
    const span = source.locate([...entry.path, ...candidate], 'value');
    if (span !== undefined) return { source, span };
  }
  return { source, span: nearestSpan(source, [...entry.path, ...path], 'value') };
}
