import { closest, UmbraError } from '@umbracore/contracts';
import type { Collection } from './reading/collect.ts';
import { positionAt } from './report/frame.ts';
import { chain as chainSchema } from './schema/chain.ts';
import { chainLayers } from './chains/complete-chain.ts';
import { sayHooks } from './jobs/hooks.ts';
import { understands } from './jobs/kinds.ts';
import { flattenLayers, layersOf, placeIn, strongestAt, type Layer } from './jobs/layers.ts';
import { complete, openConfiguration, refuseProblems, type LoadOptions } from './load.ts';
import { formatPath, isMap, type Path } from './reading/path.ts';

/** One value of a job, and where it was decided. */
export interface ExplainedValue {
  /** As in `retry.maxAttempts`. */
  readonly path: string;
  readonly value: unknown;
  /** `built-in`, `defaults`, `profile NAME`, `job` or `chain`. */
  readonly layer: string;
  /** Absolute; undefined for built-in values. */
  readonly file: string | undefined;
  /** From 1; undefined for built-in values. */
  readonly line: number | undefined;
}

export interface ExplainOptions extends LoadOptions {
  /** Id of the job or chain to explain. */
  readonly job: string;
}

/** Every value of a job with the layer and the line that it comes from. Throws as loading does, and `usage.unknown-job`. */
export async function explainConfiguration(options: ExplainOptions): Promise<readonly ExplainedValue[]> {
  const collection = await openConfiguration(options);
  const { configuration, findings } = complete(collection, options);
  refuseProblems(collection, findings, options.cwd);
  const job = configuration.jobs.get(options.job);
  if (job === undefined) throw unknownJob(options.job, [...configuration.jobs.keys()]);
  const layers = layersFor(job.id, collection, options.home);
  const flat = flattenLayers(layers);
  // Where a copy goes to may stand in the copy.
  const inCopy = job.kind === 'copy' && flat.copy?.to !== undefined;
  const whole = { prune: wholeKind(flat.prune), check: wholeKind(flat.check), drill: wholeKind(flat.drill) };
  const hooks = flat.hooks && sayHooks(flat.hooks);
  const fields = { ...flat, ...whole, hooks, repository: inCopy ? undefined : job.repositories };
  const has = (field: string): boolean => (job.kind === 'chain' ? inChains(field) : understands(job.kind, field));
  const kept = Object.fromEntries(Object.entries(fields).filter(([field]) => has(field)));
  return leaves(kept, []).map(({ path, value }) => explained(layers, path, value));
}

function layersFor(id: string, collection: Collection, home: string): readonly Layer[] {
  const job = collection.jobs.get(id);
  if (job !== undefined) return layersOf(collection, job, home);
  const chain = collection.chains.get(id);
  return chain === undefined ? [] : chainLayers(chain, home);
}

/** A kind that says nothing more about itself is written as `true`. */
const wholeKind = <T>(value: T): T | true => (isMap(value) && Object.keys(value).length === 0 ? true : value);

const inChains = (field: string): boolean => Object.hasOwn(chainSchema.shape, field);

/** The values of nested maps; a list is one value, for it is replaced as a whole. */
function leaves(value: unknown, path: Path): readonly { readonly path: Path; readonly value: unknown }[] {
  if (value === undefined) return [];
  if (!isMap(value)) return [{ path, value }];
  return Object.entries(value).flatMap(([key, inner]) => leaves(inner, [...path, key]));
}

function explained(layers: readonly Layer[], path: Path, value: unknown): ExplainedValue {
  const layer = strongestAt(layers, path);
  const place = layer && placeIn(layer, path);
  return {
    path: formatPath(path),
    value,
    layer: layer?.name ?? 'built-in',
    file: place?.source.file,
    line: place && positionAt(place.source.text, place.span.start).line,
  };
}

function unknownJob(job: string, known: readonly string[]): UmbraError {
  const meant = closest(job, known);
  const hint = meant === undefined ? `use one of: ${known.join(', ')}` : `did you mean "${meant}"?`;
  return new UmbraError('usage.unknown-job', `there is no job "${job}"`, { hint, context: { job, known } });
}
