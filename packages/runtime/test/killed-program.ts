// A coordinator to be killed: runs the job that its argument describes.
import type { JobDefinition, RepositoryDefinition } from '@umbracore/contracts';
import { openRuntime } from '../src/index.ts';

export interface Asked {
  readonly stateDir: string;
  readonly home: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly job: JobDefinition;
  readonly repositories: readonly RepositoryDefinition[];
}

const { job, repositories, ...options } = JSON.parse(process.argv[2] ?? '') as Asked;
await using umbra = await openRuntime({ ...options, logLevel: 'silent' });
await umbra.coordinator.registerBackupJob(job, repositories);
await umbra.coordinator.runBackupJob(job.id);
