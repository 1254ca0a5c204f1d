import {
  checkConditions,
  configurationFiles,
  readConfiguration,
  type ComposeOptions,
  type Runtime,
} from '@umbracore/runtime';
import { LiveConfiguration } from './configuration/live-configuration.ts';
import { WatchedFiles } from './configuration/watched-files.ts';
import type { Daemon } from './daemon.ts';
import { EventFeed } from './events/event-feed.ts';
import { nextDueAt } from './next-due-at.ts';
import { RunRequests } from './requests/run-requests.ts';

/** Ids of events begin with the time, so that they are larger than those of every earlier daemon. */
const idsPerMs = 1000;

export interface DaemonInit {
  readonly version: string;
  readonly options: ComposeOptions;
  readonly runtime: Runtime;
  readonly stopping: AbortSignal;
}

/** What the routes work with, around a composed runtime. */
export function createDaemon({ version, options, runtime, stopping }: DaemonInit): Daemon {
  const { events, clock, calendar, coordinator } = runtime;
  const live = new LiveConfiguration({
    current: runtime.configuration,
    async read() {
      const next = await readConfiguration(options);
      checkConditions(next, runtime.conditions);
      return next;
    },
    apply: (next) => coordinator.replace(next),
    events,
    clock,
  });
  const files = new WatchedFiles(filesOf(live));
  return {
    version,
    startedAt: clock.now(),
    runtime,
    live,
    stopping,
    feed: new EventFeed(events, clock.now() * idsPerMs),
    requests: new RunRequests(() => ({ ...runtime, configuration: live.current, coordinator })),
    async refresh() {
      if (files.haveChanged()) await live.reload();
      files.watch(filesOf(live));
    },
    nextAt: () => nextDueAt(live.current, calendar, clock.now()),
  };
}

const filesOf = ({ current }: LiveConfiguration): readonly string[] => configurationFiles(current);

