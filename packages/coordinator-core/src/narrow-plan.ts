import { UmbraError } from '@umbracore/contracts';
import type { BackupJobDefinition, RepositoryDefinition, RunOptions, RunPlan } from '@umbracore/contracts';

export interface BackupPlan {
  readonly job: BackupJobDefinition;
  readonly repository: RepositoryDefinition;
  readonly options: RunOptions;
}

/** The plan of a backup. Throws `internal` for any other kind. */
export function backupPlan({ job, repository, options }: RunPlan): BackupPlan {
  if (job.kind !== 'backup' || repository === null) throw new UmbraError('internal', `${job.id} is no backup`);
  return { job, repository, options };
}

/** The repository that a run works on. Throws `internal` for a kind that works on none. */
export function repositoryOf({ job, repository }: RunPlan): RepositoryDefinition {
  if (repository === null) throw new UmbraError('internal', `${job.id} works on no repository`);
  return repository;
}
