import type { Instant } from '@umbracore/contracts';
import type { RepositoryWorks, Runtime, SecretStore } from '@umbracore/runtime';
import type { CatalogUpdating } from './catalogs/catalog-updating.ts';
import type { LiveConfiguration } from './configuration/live-configuration.ts';
import type { EventFeed } from './events/event-feed.ts';
import type { Readiness } from './requests/readiness.ts';
import type { RestoreWorks } from './requests/restore-works.ts';
import type { RunRequests } from './requests/run-requests.ts';
import type { StatusWords } from './status-words.ts';

/** Everything that a route may need. */
export interface Daemon {
  readonly version: string;
  readonly startedAt: Instant;
  /** Where it listens. */
  readonly socket: string;
  /** The wired parts. Which jobs there are is the matter of `configuration`. */
  readonly runtime: Omit<Runtime, 'configuration'>;
  readonly live: LiveConfiguration;
  readonly feed: EventFeed;
  readonly requests: RunRequests;
  readonly restoreWorks: RestoreWorks;
  readonly works: RepositoryWorks;
  readonly updateCatalog: CatalogUpdating;
  readonly readiness: Readiness;
  /** The encrypted one of this machine. */
  readonly secretStore: SecretStore;
  /** Sees to it that a change of the configuration is in force before something is asked of it. */
  readonly refresh: () => Promise<void>;
  /** Whether the files of the configuration have changed since they were read. */
  readonly isBehind: () => boolean;
  /** When it starts something next by itself; undefined if never. */
  readonly nextAt: () => Instant | undefined;
  /** Undefined if whoever runs it has no words for it. */
  readonly statusWords: StatusWords | undefined;
  /** Aborts when the daemon ends. */
  readonly stopping: AbortSignal;
}
