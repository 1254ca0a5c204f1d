import type { BackupJobDefinition, BackupTotals, RunRecord } from '@umbracore/contracts';
import { countsAsSuccess } from './protection.ts';

/**
 * What a run of this job will go through, by the newest of its good runs on the same repository; undefined if the files have to be
 * counted: on demand, the first time, and after the job was changed to save something else. `runs` come newest first.
 */
export function expectedTotals(job: BackupJobDefinition, runs: readonly RunRecord[]): BackupTotals | undefined {
  if (job.scan === 'always') return undefined;
  const last = runs.find((run) => run.stats !== null && countsAsSuccess(run));
  if (last?.stats === undefined || last.stats === null || last.plan.job.kind !== 'backup') return undefined;
  if (selectionOf(last.plan.job) !== selectionOf(job)) return undefined;
  return { files: last.stats.filesProcessed, bytes: last.stats.bytesProcessed };
}

/** What a job picks out of a machine's files. */
const selectionOf = (job: BackupJobDefinition): string =>
  JSON.stringify([
    job.sources.map(({ path }) => path),
    job.excludes,
    job.excludeIfPresent,
    job.excludeCaches,
    job.oneFileSystem,
  ]);
