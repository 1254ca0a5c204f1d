import type { JobDefinition, JobId, RepositoryDefinition, RepositoryName } from './job.ts';

/** A plug-in named in the configuration. */
export interface PluginReference {
  /** A package name, or an absolute path of a file. */
  readonly use: string;
  readonly options: unknown;
}

/** A configuration that was read, checked and completed with defaults. */
export interface Configuration {
  /** The file it came from; undefined if it was built in a program. */
  readonly file: string | undefined;
  readonly repositories: ReadonlyMap<RepositoryName, RepositoryDefinition>;
  readonly jobs: ReadonlyMap<JobId, JobDefinition>;
  readonly plugins: readonly PluginReference[];
  /** IANA zone of schedules that name none. */
  readonly timezone: string;
}
