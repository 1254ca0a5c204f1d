import { hostname } from 'node:os';
import {
  jobOfTags,
  UmbraError,
  type Backend,
  type Configuration,
  type JobDefinition,
  type Operation,
  type Repositories,
  type RepositoryDefinition,
  type Snapshot,
} from '@umbracore/contracts';
import type { KitFacts, KitJob, KitSeries } from './facts.ts';
import { hasKit } from './engine.ts';
import { placeOf } from './place.ts';

export interface KitRequest {
  readonly configuration: Pick<Configuration, 'file' | 'jobs'>;
  readonly repositories: Repositories;
  readonly clock: { now(): number };
  readonly definition: RepositoryDefinition;
  /** Puts the password itself into the facts. */
  readonly withPassword: boolean;
  /** Version of umbra. */
  readonly madeBy: string;
}

/**
 * What an emergency kit tells of a repository. Opens it, so a kit is never made of a place or a password that was not
 * right: throws what `adopt` throws, and `backend.unsupported` if its engine is not known here.
 */
export async function gatherKit(request: KitRequest, operation: Operation = {}): Promise<KitFacts> {
  const { configuration, repositories, clock, definition, withPassword, madeBy } = request;
  if (!hasKit(definition.backend)) {
    throw new UmbraError('backend.unsupported', `there is no kit for repositories of ${definition.backend}`, {
      hint: `Write down where it is and its password, and how ${definition.backend} itself restores.`,
    });
  }
  const { id, format } = await repositories.adopt(definition, operation);
  const backend = await repositories.backend(definition, operation.signal);
  const { name, version } = await backend.engine(operation);
  const { password } = withPassword
    ? await repositories.resolve(definition, operation.signal)
    : { password: undefined };
  return {
    repository: definition.name,
    id,
    format,
    place: placeOf(definition),
    // As it is read from a file, which is how it was given to the engine so far.
    password: { from: definition.password ?? null, value: password?.reveal().trim() ?? null },
    engine: { name, version },
    configurationFile: configuration.file ?? null,
    jobs: jobsOn(definition.name, [...configuration.jobs.values()]),
    series: await seriesIn(backend, operation),
    host: hostname(),
    madeAt: clock.now(),
    madeBy,
  };
}

const jobsOn = (repository: string, jobs: readonly JobDefinition[]): readonly KitJob[] =>
  jobs
    .filter((job) => job.repositories.includes(repository))
    .map((job) => ({
      id: job.id,
      kind: job.kind,
      sources: job.kind === 'backup' ? job.sources.map(({ path }) => path) : [],
    }));

async function seriesIn(backend: Backend, operation: Operation): Promise<readonly KitSeries[]> {
  const series: KitSeries[] = [];
  for (const snapshots of seriesOf(await backend.snapshots({}, operation))) {
    const newest = snapshots.at(-1);
    if (newest === undefined) continue;
    const { id, time, paths, host, tags } = newest;
    const file = series.length === 0 ? await firstFile(backend, newest, operation) : null;
    const job = jobOfTags(tags) ?? null;
    series.push({ job, host, snapshots: snapshots.length, newest: { id, time, paths }, file });
  }
  return series;
}

/** Snapshots that belong together, each series oldest first; the series with the newest snapshot first. */
export function seriesOf(snapshots: readonly Snapshot[]): readonly (readonly Snapshot[])[] {
  const series = new Map<string, Snapshot[]>();
  for (const snapshot of snapshots) {
    const { tags, host, paths } = snapshot;
    const job = jobOfTags(tags);
    const key = JSON.stringify(job === undefined ? [host, ...paths] : { job, host });
    const known = series.get(key);
    if (known === undefined) series.set(key, [snapshot]);
    else known.push(snapshot);
  }
  return [...series.values()]
    .map((each) => each.toSorted((one, other) => one.time - other.time))
    .toSorted((one, other) => (other.at(-1)?.time ?? 0) - (one.at(-1)?.time ?? 0));
}

/** A file that the commands can name. Not one whose name is no UTF-8: no text could. */
async function firstFile(backend: Backend, { id }: Snapshot, operation: Operation): Promise<string | null> {
  for await (const { type, path } of backend.list(id, undefined, operation)) {
    if (type === 'file' && !path.includes('\uFFFD')) return path;
  }
  return null;
}
