import { UmbraError } from '@umbracore/contracts';
import type { BackupJobDefinition, PrivilegedEngines, RepositoryName } from '@umbracore/contracts';
import { lookAtSources } from './look-at-sources.ts';
import type { LookedAt } from './look-at-sources.ts';
import type { CoordinatorPorts } from './ports.ts';

/** What has the rights that a job needs; undefined for one that needs none beyond ours. Throws `bridge.unreachable`. */
export function privilegedEngines(
  { privileged: bridge }: CoordinatorPorts,
  { id, privileged }: BackupJobDefinition,
  repository: RepositoryName,
): PrivilegedEngines | undefined {
  if (privileged !== true) return undefined;
  if (bridge !== undefined) return bridge.engines(repository, id);
  throw new UmbraError('bridge.unreachable', `Job "${id}" is privileged, and this program knows no privileged one`, {
    hint: 'Run it with umbra, or give the coordinator a bridge.',
  });
}

/** Looks at the sources of a job, with the rights with which they are saved. Rejects only if those are refused. */
export async function seeSources(
  ports: CoordinatorPorts,
  job: BackupJobDefinition,
  repository: RepositoryName,
  signal?: AbortSignal,
): Promise<LookedAt> {
  const engines = privilegedEngines(ports, job, repository);
  if (engines === undefined) return await lookAtSources(job.sources);
  const seen = await engines.look(
    job.sources.map(({ path }) => path),
    signal,
  );
  return {
    facts: seen.map(({ fact }) => fact),
    paths: seen.flatMap(({ target }) => (target === null ? [] : [target])),
  };
}
