import type { DurationMs } from './time.ts';
import type { NotificationSettings } from './notification.ts';
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
  /** How much room there is in what runs share, by name; what is not named has room for 1. */
  readonly resources: ReadonlyMap<string, number>;
  readonly daemon: DaemonSettings;
  readonly history: HistorySettings;
  /** Absent in one that an earlier version kept: the defaults. */
  readonly restores?: RestoreSettings | undefined;
  readonly notifications: NotificationSettings;
  readonly plugins: readonly PluginReference[];
  /** IANA zone of schedules that name none. */
  readonly timezone: string;
}

/** How much of the history stays. */
export interface HistorySettings {
  /** Runs that were queued longer ago may go. */
  readonly keepMs: DurationMs;
  /** Of more ended runs than so many the oldest may go. */
  readonly runs: number;
}

/** How long and how much of what restores replaced is kept, so that they can be taken back. */
export interface RestoreSettings {
  readonly undoKeptMs: DurationMs;
  /** Of all restores together; the newest one is kept whatever it has. Undefined means any amount. */
  readonly undoBytes: number | undefined;
}

/** How the daemon works. */
export interface DaemonSettings {
  /** Runs at the same time, over all jobs. */
  readonly concurrency: number;
  /** Absolute; undefined means `daemon.sock` in the state folder. */
  readonly socket: string | undefined;
  /** Loopback address and port of the API beside the socket; undefined means the socket only. */
  readonly listen: { readonly host: string; readonly port: number } | undefined;
  /** After waking up, time for the network to come back before anything starts. */
  readonly settleMs: DurationMs;
}
