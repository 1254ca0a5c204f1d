import { isUmbraError, UmbraError } from '@umbracore/contracts';
import type { HookDefinition, HookPhase, RunId, RunRecord } from '@umbracore/contracts';
import type { Attempt } from '../attempt.ts';
import type { AttemptStart } from '../execute-attempt.ts';
import { isLeftOpen } from '../left-open.ts';
import { emptyEnd } from '../run-state.ts';
import type { RunEnd } from '../run-state.ts';
import type { RunScope } from '../run-scope.ts';
import type { HookEnd } from './hook-call.ts';
import { occasionOf, phaseAfter, type Came } from './occasion.ts';
import { endedHooks, hookProblems, owedFinally } from './owed.ts';
import { runHook } from './run-hook.ts';

/** Runs the hooks before the work of an attempt. How the run ends if one of them says no. */
export async function openBracket(attempt: Attempt, start: AttemptStart): Promise<RunEnd | undefined> {
  const hooks = hooksOf(attempt.held.record, 'before');
  // What has an engine or a snapshot already has all of them behind it.
  const isOpen = start.type === 'complete' || (start.type === 'adopt' && start.spool !== '');
  if (hooks.length === 0 || isOpen) return undefined;
  if (attempt.plan.options.dryRun === true) {
    for (const { run, use } of hooks) attempt.note(`Would run ${use?.kind ?? run.join(' ')} before`);
    return undefined;
  }
  if (start.type === 'attempt') await attempt.begin(attempt.ports.clock.now());
  const ended = endedHooks(await attempt.held.steps(), attempt.number, 'before');
  // What a chain has begun behind them is for its work to end.
  const mayHaveBegun = start.type === 'adopt' && ended.size === hooks.length;
  for (const [index, hook] of hooks.entries()) {
    const end =
      ended.get(index) ?? (await runOne(attempt.scope, { hook, index, phase: 'before', attempt }, attempt.signal));
    if (!mayHaveBegun) attempt.signal.throwIfAborted();
    const veto = vetoOf(hook, end, attempt.run);
    if (veto !== undefined) return veto;
  }
  return undefined;
}

/** A hook that fails goes before what it says about failures: 75 always skips. */
function vetoOf({ onFailure }: HookDefinition, { problem, isNotNow }: HookEnd, run: RunId): RunEnd | undefined {
  if (problem === undefined || (onFailure === 'continue' && !isNotNow)) return undefined;
  if (isNotNow || onFailure === 'skip')
    return { ...emptyEnd('skipped', null), because: { code: 'hook', text: problem, alsoStandsFor: null } };
  const error = new UmbraError('hook.failed', problem, {
    hint: `Look at what it said with \`umbra logs ${run}\`, or say \`onFailure: continue\` for it.`,
  });
  return emptyEnd('failed', error.toRecord());
}

/** Runs the hooks behind the work of an attempt: what it came to decides which. They change nothing about it. */
export async function tellHooks(attempt: Attempt, came: Came): Promise<void> {
  const { scope, signal } = attempt;
  const phase = phaseAfter(came);
  if (phase === undefined || attempt.plan.options.dryRun === true || attempt.number === 0) return;
  if (scope.signal.aborted || isLeftOpen(scope, came)) return;
  const hooks = hooksOf(attempt.held.record, phase);
  if (hooks.length === 0) return;
  const ended = endedHooks(await attempt.held.steps(), attempt.number, phase);
  for (const [index, hook] of hooks.entries()) {
    if (ended.has(index)) continue;
    await runOne(scope, { hook, index, phase, attempt, came }, phase === 'after' ? signal : scope.signal);
  }
}

/**
 * Runs every `finally` hook that is owed, of this attempt and of those whose coordinator died. Nothing of the work runs any more
 * when it is called. A run that is lost to somebody else leaves them to him. `end` is how the run is about to end.
 */
export async function closeBrackets(scope: RunScope, end?: RunEnd): Promise<void> {
  const { held, signal } = scope;
  const hooks = hooksOf(held.record, 'finally');
  if (hooks.length === 0 || held.record.plan.options.dryRun === true) return;
  const owed = owedFinally(hooks.length, held.record.attempts.length, await held.steps());
  for (const { attempt: number, index } of owed) {
    const hook = hooks[index];
    if (hook === undefined) continue;
    const lost = new AbortController();
    const lose = (): void => {
      if (isUmbraError(signal.reason) && signal.reason.code === 'state.lease-lost') lost.abort(signal.reason);
    };
    signal.addEventListener('abort', lose, { once: true });
    if (signal.aborted) lose();
    try {
      await runOne(scope, { hook, index, phase: 'finally', number, came: end }, lost.signal);
    } finally {
      signal.removeEventListener('abort', lose);
    }
  }
}

/** What hooks did not do as they should, for the record of the run. */
export async function failuresOfHooks({ held }: RunScope): Promise<Pick<RunRecord, 'hookFailures'>> {
  if (held.record.plan.job.hooks === undefined) return {};
  const problems = hookProblems(await held.steps());
  return problems.length === 0 ? {} : { hookFailures: problems };
}

interface One {
  readonly hook: HookDefinition;
  readonly index: number;
  readonly phase: HookPhase;
  readonly came?: Came | undefined;
  readonly attempt?: Attempt | undefined;
  readonly number?: number | undefined;
}

function runOne(scope: RunScope, { hook, index, phase, came, attempt, number }: One, signal: AbortSignal) {
  const { record } = scope.held;
  const of = number ?? attempt?.number ?? record.attempts.length;
  // A hook at the end is told nothing of how it ends: it runs in any case.
  const occasion = occasionOf(record, phase, of, phase === 'finally' ? undefined : came);
  return runHook(
    scope,
    { hook, index, occasion, came, signal, alive: () => attempt?.alive() },
    // What stops the run is told as its verdict.
    (end) => (phase === 'before' && vetoOf(hook, end, record.id) !== undefined ? undefined : end.problem),
  );
}

const hooksOf = ({ plan }: RunRecord, phase: HookPhase): readonly HookDefinition[] => plan.job.hooks?.[phase] ?? [];
