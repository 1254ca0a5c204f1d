import {
  formatSize,
  toUmbraError,
  UmbraError,
  type RepositoryDefinition,
  type RepositoryHealth,
  type Finding,
} from '@umbracore/contracts';
import { gatherFigures } from '../repositories/gather-figures.ts';
import type { DoctorSources } from './sources.ts';
import { TimeLimit } from './time-limit.ts';

/** So long may it take to count what a repository stores. */
const countingMs = 120_000;

const tooMuch = new UmbraError('repository.unreachable', `it was not counted within ${countingMs / 1000} s`);

/** What is no fault of a repository yet. */
export async function* careFindings(
  sources: DoctorSources,
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
  if (quotaBytes !== undefined) yield await quotaFinding(sources, repository, signal);
}

async function quotaFinding(
  sources: DoctorSources,
  repository: RepositoryDefinition,
  signal: AbortSignal,
): Promise<Finding> {
  const base = { area: 'quota', subject: repository.name } as const;
  using limit = new TimeLimit({ clock: sources.clock, limitMs: countingMs, signal, problem: tooMuch });
  try {
    const { quota, storedBytes } = await gatherFigures(sources, repository, { signal: limit.signal });
    const share = `${Math.round(100 * (quota?.used ?? 0))} %`;
    const text = `${formatSize(storedBytes)} of ${formatSize(quota?.bytes ?? 0)} are used (${share})`;
    if (quota?.isTight !== true) return { ...base, standing: 'good', text };
    return { ...base, standing: 'attention', text, fix: 'forget and prune, or raise the quota of the repository' };
  } catch (thrown) {
    signal.throwIfAborted();
    const error = toUmbraError(thrown);
    return { ...base, standing: 'attention', text: `its size is not known: ${error.message}`, code: error.code };
  }
}
