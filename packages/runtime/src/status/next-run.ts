import type { Calendar, Instant, JobDefinition, Lease, RunRecord, Slot, StateStore } from '@umbracore/contracts';
import { decide, settles, type OpenRun } from '@umbracore/coordinator-core';

/** When the schedule starts a job again. */
export interface NextRun {
  readonly at: Instant;
  /** True if the time has come, and `at` is the slot that it is for. */
  readonly isDue: boolean;
}

/** So many runs since the slot are looked through, as many as when a run is decided on. */
const depth = 100;

export interface NextRunFacts {
  readonly job: JobDefinition;
  readonly repository: string;
  /** Newest real success. */
  readonly lastSuccess: RunRecord | undefined;
  readonly current: { readonly run: RunRecord; readonly lease: Lease | undefined } | undefined;
  /** True if nobody works on the current run. */
  readonly leftBehind: boolean;
}

/** By the same decision that starts runs. Undefined if no schedule will. */
export async function nextRun(
  { store, calendar }: { readonly store: StateStore; readonly calendar: Calendar },
  { job, repository, lastSuccess, current, leftBehind }: NextRunFacts,
  now: Instant,
): Promise<NextRun | undefined> {
  const due = slotsOf(job, (schedule) => calendar.previous(schedule, now)).at(-1);
  const next = slotsOf(job, (schedule) => calendar.next(schedule, now))[0];
  // The newest success answers for nearly every job, and spares the search.
  const settled = due !== undefined && lastSuccess !== undefined && settles(lastSuccess, due);
  const dueDone = due !== undefined && (settled || (await hasRun(store, job.id, repository, due)));
  const open = current === undefined ? [] : [openRun(current.run, leftBehind ? undefined : current.lease)];
  const { verdict } = decide(job, { asked: false, repository, open, sources: undefined, due, dueDone, next }, now);
  if (verdict.type === 'start' && due !== undefined) return { at: due.at, isDue: true };
  if (verdict.type === 'skip') return undefined;
  const at = verdict.type === 'wait' ? verdict.until : next?.at;
  return at === undefined ? undefined : { at, isDue: false };
}

const slotsOf = (
  { schedules }: JobDefinition,
  slotOf: (schedule: JobDefinition['schedules'][number]) => Slot | undefined,
): Slot[] => schedules.flatMap((schedule) => slotOf(schedule) ?? []).sort((one, other) => one.at - other.at);

async function hasRun(store: StateStore, job: string, repository: string, due: Slot): Promise<boolean> {
  return (await store.runs({ job, repository, limit: depth })).some((run) => settles(run, due));
}

function openRun(run: RunRecord, holder: Lease | undefined): OpenRun {
  const since = run.startedAt ?? run.queuedAt;
  return { id: run.id, repository: run.repository, pid: holder?.owner.pid, since, retryAt: run.retryAt ?? undefined };
}
