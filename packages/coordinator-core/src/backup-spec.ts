import { baseTag, jobTag, runTag } from '@umbracore/contracts';
import type { BackupSpec, BackupTotals, ProgramOutput, RunPlan, RunRecord, TransferLimits } from '@umbracore/contracts';
import { readsEverything } from './comparison.ts';
import type { Comparison } from './comparison.ts';
import { planOf } from './narrow-plan.ts';

/** What one start of the engine is about. */
export interface WhatIsSaved {
  /** Sources that are there. */
  readonly paths: readonly string[];
  readonly comparison: Comparison;
  readonly expected?: BackupTotals | undefined;
  readonly output?: ProgramOutput | undefined;
}

/** What the engine is told to save. The tags of run and job are what recovery and retention go by. */
export function specOf(
  { id, plan }: RunRecord,
  host: string,
  { paths, comparison, expected, output }: WhatIsSaved,
): BackupSpec {
  const { job, options } = planOf(plan, 'backup');
  return {
    sources: paths,
    output,
    excludes: job.excludes,
    excludeIfPresent: job.excludeIfPresent,
    excludeCaches: job.excludeCaches,
    oneFileSystem: job.oneFileSystem,
    tags: [runTag(id), jobTag(job.id), ...(comparison.isBase === true ? [baseTag] : []), ...job.tags],
    host,
    compressionLevel: options.compressionLevel ?? job.compressionLevel,
    parent: comparison.parent,
    force: readsEverything(comparison),
    skipIfUnchanged: comparison.skipIfUnchanged,
    dryRun: options.dryRun === true,
    expected,
  };
}

/** What the caller says, or the lowest one of job and repositories. */
export function limitsOf({ job, repository, from, options }: RunPlan): TransferLimits {
  return {
    uploadBytesPerSecond:
      options.uploadBytesPerSecond ?? lower(job.limits.uploadBytesPerSecond, repository?.limits.uploadBytesPerSecond),
    downloadBytesPerSecond: lower(
      lower(job.limits.downloadBytesPerSecond, repository?.limits.downloadBytesPerSecond),
      from?.limits.downloadBytesPerSecond,
    ),
  };
}

const lower = (a: number | undefined, b: number | undefined): number | undefined =>
  a === undefined || b === undefined ? (a ?? b) : Math.min(a, b);
