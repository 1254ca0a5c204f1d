import { isTerminal, openStates } from '@umbracore/contracts';
import type { DurationMs, Instant, JobId, RepositoryName, RunRecord, StateStore } from '@umbracore/contracts';
import type { AccountedSlot } from './account-slots.ts';

const prefix = 'at-least/';

/**
 * When a job that wants a good run every so often is due for one, whatever its schedules say: so long after its last good run
 * ended, or after it was last tried for this reason. `runs` are runs of one repository; those from a future that a clock
 * that was set back took away do not count. Undefined while one is still to end.
 */
export function atLeastDueAt(everyMs: DurationMs, runs: readonly RunRecord[], now: Instant): Instant | undefined {
  if (runs.some(({ state }) => !isTerminal(state))) return undefined;
  const anchors = runs.map(anchorOf).filter((anchor): anchor is Instant => anchor !== undefined && anchor <= now);
  return anchors.length === 0 ? now : Math.max(...anchors) + everyMs;
}

function anchorOf(run: RunRecord): Instant | undefined {
  if (run.plan.options.dryRun === true) return undefined;
  if (run.state === 'succeeded' || run.state === 'warning') return run.finishedAt ?? undefined;
  return run.slot !== null && isAtLeast(run.slot) ? run.queuedAt : undefined;
}

/** Whether a slot is due for this reason. */
export const isAtLeast = (key: string): boolean => key.startsWith(prefix);

export const atLeastSlot = (at: Instant, repository: RepositoryName): AccountedSlot => ({
  key: `${prefix}${new Date(at).toISOString()}`,
  at,
  trigger: 'schedule',
  repository,
  end: undefined,
});

/** So many of the newest runs of a job are looked through. */
const asked = 50;

/** What `atLeastDueAt` asks for: the newest ones, one that has not ended, and the last good one however long ago it was. */
export async function runsForAtLeast(
  store: StateStore,
  job: JobId,
  repository: RepositoryName,
): Promise<readonly RunRecord[]> {
  const newest = await store.runs({ job, repository, limit: asked });
  const open = await store.runs({ job, repository, states: openStates, limit: 1 });
  const good = await store.runs({ job, repository, states: ['succeeded', 'warning'], limit: 1 });
  return [...newest, ...open, ...good];
}
