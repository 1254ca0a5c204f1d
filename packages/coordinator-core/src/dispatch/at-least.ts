import { isTerminal } from '@umbracore/contracts';
import type { DurationMs, Instant, RepositoryName, RunRecord } from '@umbracore/contracts';
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
