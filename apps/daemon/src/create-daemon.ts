import type { Configuration, UmbraError } from '@umbracore/contracts';
import {
  checkExtensions,
  configurationFiles,
  readConfiguration,
  RepositoryWorks,
  secretStoreIn,
  type ComposeOptions,
  type Dispatcher,
  type Runtime,
} from '@umbracore/runtime';
import { catalogUpdating } from './catalogs/catalog-updating.ts';
import { keepLastGood } from './configuration/last-good.ts';
import { LiveConfiguration } from './configuration/live-configuration.ts';
import { WatchedFiles } from './configuration/watched-files.ts';
import type { Daemon } from './daemon.ts';
import { EventFeed } from './events/event-feed.ts';
import { KeptRequests } from './requests/kept-requests.ts';
import { Readiness } from './requests/readiness.ts';
import { RestoreWorks } from './requests/restore-works.ts';
import { RunRequests } from './requests/run-requests.ts';
import type { ShowStatus } from './show-status.ts';
import { StatusWords } from './status-words.ts';

/** Ids of events begin with the time, so that they are larger than those of every earlier daemon. */
const idsPerMs = 1000;

export interface DaemonInit {
  readonly version: string;
  readonly options: ComposeOptions;
  readonly runtime: Runtime;
  /** Why the configuration on disk is not the one of the runtime. */
  readonly refused: UmbraError | undefined;
  readonly dispatcher: Dispatcher;
  readonly stopping: AbortSignal;
  readonly showStatus?: ShowStatus | undefined;
  /** Node and the program `umbra`. */
  readonly program?: readonly string[] | undefined;
  /** Where it will listen. */
  readonly socket: string;
}

/** What the routes work with, around a composed runtime. */
export function createDaemon(init: DaemonInit): Daemon {
  const { version, runtime, dispatcher, stopping, socket, showStatus, options, program } = init;
  const { events, clock } = runtime;
  const feed = new EventFeed(events, clock.now() * idsPerMs);
  const files = new WatchedFiles();
  const live = liveConfiguration(init, files);
  return {
    version,
    startedAt: clock.now(),
    socket,
    runtime,
    live,
    feed,
    stopping,
    statusWords: showStatus && new StatusWords(showStatus),
    secretStore: secretStoreIn(runtime.paths.stateDir, options.env, clock),
    readiness: new Readiness(runtime.processes, clock, events),
    restoreWorks: new RestoreWorks(runtime, stopping),
    works: new RepositoryWorks(runtime, stopping),
    updateCatalog: catalogUpdating(runtime, options, program),
    requests: new RunRequests({
      sources: () => ({ ...runtime, configuration: live.current }),
      kept: new KeptRequests(runtime.paths.stateDir, clock, runtime.log),
      log: runtime.log,
      stopping,
    }),
    async refresh() {
      // What was refused may have been put right in a file that nothing which is in force names.
      if (live.refusal !== undefined || files.haveChanged()) await live.reload();
    },
    isBehind: () => files.haveChanged(),
    nextAt: () => dispatcher.nextAt(),
  };
}

function liveConfiguration({ options, runtime, refused }: DaemonInit, files: WatchedFiles): LiveConfiguration {
  const { coordinator, notifications, events, clock, log, paths } = runtime;
  files.watch(filesOf(runtime.configuration));
  return new LiveConfiguration({
    current: { configuration: runtime.configuration, faults: runtime.faults },
    refused,
    events,
    clock,
    async read() {
      // Looked at before it is read, so that what changes meanwhile is seen as a change.
      files.look();
      const configuration = await readConfiguration(options);
      const faults: UmbraError[] = [];
      const onFault = (report: UmbraError): void => void faults.push(report);
      await runtime.checkRepositories(configuration, onFault);
      checkExtensions(configuration, runtime, onFault);
      return { configuration, faults };
    },
    async apply({ configuration, faults }) {
      await coordinator.replace(configuration);
      await notifications.replace(configuration);
      for (const { code, message } of faults) log.warn({ code }, message);
    },
    onApplied(current) {
      files.watch(filesOf(current));
      try {
        if (current.file !== undefined) keepLastGood(paths.stateDir, current);
      } catch (error) {
        log.warn({ error: String(error) }, 'the configuration could not be kept for a later start');
      }
    },
  });
}

/** One that was kept from earlier does not know what it was made of. */
function filesOf(configuration: Configuration): readonly string[] {
  const files = configurationFiles(configuration);
  return files.length > 0 || configuration.file === undefined ? files : [configuration.file];
}
