import { relativeTime, type Configuration, type JobDefinition, type Finding } from '@umbracore/contracts';
import { daemonHealth } from '../status/daemon-health.ts';
import type { DoctorSources } from './sources.ts';

/** Whoever calls `umbra run --due` does it more often than this. */
const lookedAfterMs = 86_400_000;

/** Whether somebody starts what becomes due by itself. */
export async function* examineSchedules({
  configuration,
  clock,
  paths,
  processTable,
  store,
}: Pick<DoctorSources, 'configuration' | 'clock' | 'paths' | 'processTable' | 'store'>): AsyncGenerator<Finding> {
  if (![...configuration.jobs.values()].some(startsByItself)) return;
  const base = { area: 'schedule', subject: 'schedule' } as const;
  const now = clock.now();
  const { state, pid } = await daemonHealth(paths.stateDir, processTable, now);
  if (state === 'well') {
    yield { ...base, standing: 'good', text: `a daemon starts what is due: process ${pid}` };
    return;
  }
  if (state !== 'absent') {
    yield { ...base, standing: 'bad', text: `the daemon, process ${pid}, is ${state}`, fix: 'umbra daemon restart' };
    return;
  }
  const lookedAt = latest(configuration, await store.cursors());
  yield lookedAt !== undefined && now - lookedAt < lookedAfterMs
    ? { ...base, standing: 'good', text: `what is due was looked for ${relativeTime(lookedAt, now)}` }
    : {
        ...base,
        standing: 'attention',
        text: 'nobody starts what is due: no daemon works, and `umbra run --due` was not called for a day',
        fix: 'umbra daemon install, or umbra schedule install',
      };
}

const startsByItself = ({ enabled, schedules, after = [], atLeastEveryMs }: JobDefinition): boolean =>
  enabled &&
  (atLeastEveryMs !== undefined ||
    after.length > 0 ||
    schedules.some(({ recurrence }) => recurrence.type !== 'manual'));

/** The last time that what was due of any of these jobs was accounted for. */
function latest({ jobs }: Configuration, cursors: ReadonlyMap<string, number>): number | undefined {
  const known = [...jobs.keys()].flatMap((id) => cursors.get(id) ?? []);
  return known.length === 0 ? undefined : Math.max(...known);
}
