import type { HookPhase, StepRecord } from '@umbracore/contracts';

/** Which hook a step is about; undefined for a step of another kind. */
export function hookOf({
  kind,
  detail,
}: StepRecord): { readonly phase: HookPhase; readonly index: number } | undefined {
  const { phase, index } = detail;
  if (kind !== 'hook' || typeof index !== 'number') return undefined;
  if (phase !== 'before' && phase !== 'after' && phase !== 'onError' && phase !== 'finally') return undefined;
  return { phase, index };
}

/** The hooks of a phase that have come to an end in an attempt, by their places in the list. */
export function endedHooks(steps: readonly StepRecord[], attempt: number, phase: HookPhase): ReadonlySet<number> {
  const ended = steps.flatMap((step) => {
    const hook = hookOf(step);
    return hook?.phase === phase && step.stage === 'done' && step.attempt === attempt ? [hook.index] : [];
  });
  return new Set(ended);
}

export interface OwedHook {
  readonly attempt: number;
  readonly index: number;
}

/**
 * The `finally` hooks that have to run still: those of every attempt that began, in order, unless their end is on record. One that
 * had begun when its coordinator died runs once more.
 */
export function owedFinally(hooks: number, attempts: number, steps: readonly StepRecord[]): readonly OwedHook[] {
  const owed: OwedHook[] = [];
  for (let attempt = 1; attempt <= attempts; attempt += 1) {
    const ended = endedHooks(steps, attempt, 'finally');
    for (let index = 0; index < hooks; index += 1) if (!ended.has(index)) owed.push({ attempt, index });
  }
  return owed;
}

/** What steps say of hooks that failed without an effect on the verdict. */
export const hookProblems = (steps: readonly StepRecord[]): readonly string[] =>
  steps.flatMap((step) => {
    const problem = hookOf(step) === undefined || step.stage !== 'done' ? undefined : step.detail['problem'];
    return typeof problem === 'string' ? [problem] : [];
  });
