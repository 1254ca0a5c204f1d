import { hostname } from 'node:os';
import type {
  Calendar,
  Configuration,
  EventStream,
  Log,
  Notifiers,
  ProcessTable,
  StateStore,
} from '@umbracore/contracts';
import { staleText } from '@umbracore/coordinator-core';
import { Notifications, type StaleLine } from '@umbracore/notifications';
import { stalenessOf } from './status/gather.ts';
import { systemClock } from './system-clock.ts';

interface NotificationParts {
  readonly store: StateStore;
  readonly events: EventStream;
  readonly log: Log;
  readonly processTable: ProcessTable;
  readonly calendar: Calendar;
  readonly notifiers: Notifiers;
}

/** What people are told, with the staleness of jobs as `umbra status` judges it. */
export function notificationsOf(parts: NotificationParts): Notifications {
  return new Notifications({
    ...parts,
    clock: systemClock,
    host: hostname(),
    staleness: (configuration) => staleLines(parts, configuration),
  });
}

async function staleLines(
  { store, calendar, processTable }: NotificationParts,
  configuration: Configuration,
): Promise<readonly StaleLine[]> {
  const sources = { store, calendar, processTable, configuration };
  const jobs = [...configuration.jobs.values()].filter(({ enabled }) => enabled);
  const now = systemClock.now();
  const lines = await stalenessOf(sources, jobs, now);
  return lines.map(({ job, repository, stale, lastSuccess }) => ({
    job,
    repository,
    stale,
    lastSuccessAt: lastSuccess?.finishedAt ?? undefined,
    text: staleText(lastSuccess),
  }));
}
