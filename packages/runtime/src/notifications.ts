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
import { Notifications, type QuotaLine, type StaleLine } from '@umbracore/notifications';
import { quotasOf } from './status/quotas.ts';
import { stalenessOf } from './status/gather.ts';
import { systemClock } from './system-clock.ts';

interface NotificationParts {
  readonly store: StateStore;
  readonly events: EventStream;
  readonly log: Log;
  readonly processTable: ProcessTable;
  readonly calendar: Calendar;
  readonly notifiers: Notifiers;
  readonly paths: { readonly stateDir: string };
}

/** What people are told, with the staleness of jobs as `umbra status` judges it. */
export function notificationsOf(parts: NotificationParts): Notifications {
  return new Notifications({
    ...parts,
    clock: systemClock,
    host: hostname(),
    staleness: (configuration) => staleLines(parts, configuration),
    quotas: (configuration) => quotaLines(parts, configuration),
  });
}

async function quotaLines(
  { store, paths }: NotificationParts,
  configuration: Configuration,
): Promise<readonly QuotaLine[]> {
  const quotas = await quotasOf({ configuration, store, paths });
  return quotas.flatMap(({ repository, quotaBytes, usedBytes, isTight }) =>
    usedBytes === undefined
      ? []
      : [{ repository, isTight, text: `${Math.round((100 * usedBytes) / quotaBytes)} % of it` }],
  );
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
