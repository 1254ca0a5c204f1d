import type { DrillJobDefinition, JobId, RepositoryName } from '@umbracore/contracts';
import { RetryStrategy } from './retry-strategy.ts';

/** A drill as a program describes it. Everything but its name and its repository has a default. */
export interface DrillInit {
  readonly id: JobId;
  readonly repository: RepositoryName | readonly RepositoryName[];
  /** Only snapshots of these jobs. */
  readonly jobs?: readonly JobId[];
  /** 25 if absent. */
  readonly files?: number;
  /** 200 MiB if absent. */
  readonly maxBytes?: number;
  /** Absolute paths. */
  readonly canaries?: readonly string[];
}

/** The full definition, of a job that runs on request. The configuration file has the same defaults. */
export const defineDrill = ({ id, repository, jobs = [], files = 25, ...init }: DrillInit): DrillJobDefinition => ({
  id,
  kind: 'drill',
  description: '',
  enabled: true,
  repositories: typeof repository === 'string' ? [repository] : repository,
  tags: [],
  schedules: [],
  retry: RetryStrategy.exponentialBackoff({ maxAttempts: 3 }),
  limits: {},
  maxRuntimeMs: undefined,
  stallTimeoutMs: 30 * 60_000,
  orphanPolicy: 'adopt',
  jobs,
  files,
  maxBytes: init.maxBytes ?? 200 * 1024 ** 2,
  canaries: init.canaries ?? [],
});
