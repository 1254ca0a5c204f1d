import { toUmbraError, type RepositoryDefinition, type RepositoryHealth } from '@umbracore/contracts';
import type { Runtime } from '@umbracore/runtime';
import { gatherFigures } from '../doors/repositories.ts';
import { formatSize } from '../output/sizes.ts';
import type { Finding } from './finding.ts';

/** What is no fault of a repository yet. */
export async function* careFindings(
  runtime: Runtime,
  repository: RepositoryDefinition,
  { facts }: RepositoryHealth,
  signal: AbortSignal,
): AsyncGenerator<Finding> {
  const { name, quotaBytes } = repository;
  if (repository.backend === 'restic' && facts?.format === 1) {
    const fix = `umbra repo upgrade ${name}`;
    const text = 'format 1, which cannot compress';
    yield { area: 'repository', subject: name, standing: 'attention', text, fix };
  }
  if (quotaBytes !== undefined) yield await quotaFinding(runtime, repository, signal);
}

async function quotaFinding(runtime: Runtime, repository: RepositoryDefinition, signal: AbortSignal): Promise<Finding> {
  const base = { area: 'quota', subject: repository.name } as const;
  try {
    const { quota, storedBytes } = await gatherFigures(runtime, repository, { signal });
    const share = `${Math.round(100 * (quota?.used ?? 0))} %`;
    const text = `${formatSize(storedBytes)} of ${formatSize(quota?.bytes ?? 0)} are used (${share})`;
    if (quota?.isTight !== true) return { ...base, standing: 'good', text };
    return { ...base, standing: 'attention', text, fix: 'forget and prune, or raise the quota of the repository' };
  } catch (thrown) {
    const error = toUmbraError(thrown);
    if (error.code === 'run.cancelled') throw error;
    return { ...base, standing: 'attention', text: `its size is not known: ${error.message}`, code: error.code };
  }
}
