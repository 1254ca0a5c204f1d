import type { RunRecord, StepRecord, ThrottleState } from '@umbracore/contracts';
import { limitsOf } from '../backup-spec.ts';

/** As the journal has it; without a word there, what holds for the run in any case. */
export function throttleIn(record: Pick<RunRecord, 'plan'>, steps: readonly StepRecord[]): ThrottleState {
  const detail = steps.findLast(({ kind }) => kind === 'throttle')?.detail;
  if (detail === undefined) return { limits: limitsOf(record.plan), because: [], unapplied: [] };
  const { limits, because, unapplied } = detail as unknown as ThrottleState;
  return { limits, because, unapplied };
}
