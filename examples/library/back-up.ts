import { BackupJob, defineRepository, openRuntime, RetryStrategy } from '@umbracore/runtime';
import type { Plugin } from '@umbracore/contracts';

export interface Request {
  readonly sources: readonly string[];
  /** Where the copies are kept. */
  readonly location: string;
  readonly backend: string;
  /** Where the password of the repository is found, if its backend wants one. */
  readonly password?: `file:/${string}`;
  readonly plugins: readonly Plugin[];
  /** Where the history is kept. */
  readonly stateDir: string;
  readonly onProgress?: (percentage: number | undefined) => void;
}

/** A program that backs up with a plug-in of its own: no configuration file, no container. */
export async function backUp(request: Request): Promise<string> {
  const { sources, location, backend, plugins, stateDir, onProgress, ...secret } = request;
  await using umbra = await openRuntime({ plugins, stateDir });
  const { coordinator, repositories } = umbra;
  const repository = defineRepository({ name: 'kept', location, backend, ...secret });
  const { state } = await repositories.health(repository);
  if (state === 'absent') await repositories.create(repository);
  const job = new BackupJob({
    sources: [...sources],
    repository,
    schedule: {
      frequency: 'daily',
      preferredTime: '02:00',
      retryStrategy: RetryStrategy.exponentialBackoff({ maxAttempts: 3 }),
    },
  });
  await coordinator.registerBackupJob(job);
  coordinator.progressHandler = ({ percentage }) => onProgress?.(percentage);
  const { outcome, snapshotId } = await coordinator.runBackupJob(job.id);
  return `${outcome} ${snapshotId ?? ''}`.trim();
}
