import { isUmbraError, UmbraError } from '@umbracore/contracts';
import type { ErrorRecord, HookOccasion, HookPhase, RunRecord, StepRecord } from '@umbracore/contracts';
import type { RunEnd } from '../run-state.ts';

/** What an attempt came to: an end of the run, or an error that another attempt may mend. */
export type Came = RunEnd | UmbraError;

/** The hooks behind what came; undefined if nobody is told of it. */
export function phaseAfter(came: Came): HookPhase | undefined {
  if (isUmbraError(came)) return came.code.startsWith('state.') ? undefined : 'onError';
  if (came.outcome === 'succeeded' || came.outcome === 'warning') return 'after';
  return came.outcome === 'failed' ? 'onError' : undefined;
}

/** What a hook is told of its run. */
export function occasionOf(
  { id, plan, repository }: RunRecord,
  phase: HookPhase,
  attempt: number,
  came?: Came,
): HookOccasion {
  const about = { phase, job: plan.job.id, kind: plan.job.kind, run: id, attempt };
  return {
    ...about,
    ...(repository === '' ? {} : { repository }),
    ...(came === undefined ? {} : factsOf(came)),
  };
}

function factsOf(came: Came): Pick<HookOccasion, 'outcome' | 'error' | 'snapshot'> {
  const { outcome, error, snapshot } = isUmbraError(came)
    ? { outcome: 'failed' as const, error: came.toRecord(), snapshot: null }
    : came;
  return {
    outcome,
    ...(error === null ? {} : { error: { code: error.code, message: error.message } }),
    ...(snapshot === null ? {} : { snapshot }),
  };
}

/** The same as variables of a program. */
export const variablesOf = ({
  phase,
  kind,
  attempt,
  repository,
  outcome,
  error,
  snapshot,
}: HookOccasion): Readonly<Record<string, string>> => ({
  UMBRA_HOOK: phase,
  UMBRA_KIND: kind,
  UMBRA_ATTEMPT: String(attempt),
  ...(repository === undefined ? {} : { UMBRA_REPOSITORY: repository }),
  ...(outcome === undefined ? {} : { UMBRA_OUTCOME: outcome }),
  ...(error === undefined ? {} : { UMBRA_ERROR_CODE: error.code, UMBRA_ERROR: error.message }),
  ...(snapshot === undefined ? {} : { UMBRA_SNAPSHOT: snapshot }),
});

/** What came, as it is kept with the intent of the hooks behind it: whoever goes on after a crash knows it from there. */
export const recordOf = (came: Came): Readonly<Record<string, unknown>> =>
  isUmbraError(came) ? { error: came.toRecord() } : { end: came };

/** What an attempt came to, if its hooks were about to be told of it. */
export function cameOf(steps: readonly StepRecord[], attempt: number): Came | undefined {
  const told = steps.findLast((step) => step.attempt === attempt && step.kind === 'hook' && 'came' in step.detail);
  const { end, error } = (told?.detail['came'] ?? {}) as { readonly end?: RunEnd; readonly error?: ErrorRecord };
  if (error === undefined) return end;
  return new UmbraError(error.code, error.message, { hint: error.hint ?? undefined });
}
