import type { HookPhase, StepRecord } from '@umbracore/contracts';
import type { HookEnd } from './hook-call.ts';

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

/** The starts of a hook of which no end is on record, oldest first. */
export function begunHooks(
  steps: readonly StepRecord[],
  { phase, attempt }: { readonly phase: HookPhase; readonly attempt: number },
  index: number,
): readonly StepRecord[] {
  return steps.filter((step) => {
    const hook = hookOf(step);
    return hook?.phase === phase && hook.index === index && step.attempt === attempt && step.stage === 'intent';
  });
}

/** The hooks of a phase that have come to an end in an attempt, by their places in the list, and how. */
export function endedHooks(
  steps: readonly StepRecord[],
  attempt: number,
  phase: HookPhase,
): ReadonlyMap<number, HookEnd> {
  const ended = steps.flatMap((step): readonly (readonly [number, HookEnd])[] => {
    const hook = hookOf(step);
    if (hook?.phase !== phase || step.stage !== 'done' || step.attempt !== attempt) return [];
    const { problem, isNotNow = false } = (step.detail['end'] ?? {}) as Partial<HookEnd>;
    return [[hook.index, { problem, isNotNow }]];
  });
  return new Map(ended);
}

export interface OwedHook {
  readonly attempt: number;
  readonly index: number;
}

/**
 * The `finally` hooks that have to run still: those of every attempt that began, in order, unless their end is on record.
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
