import { isUmbraError, UmbraError } from '@umbracore/contracts';
import type { HookDefinition, HookPhase, RunId, RunRecord } from '@umbracore/contracts';
import type { Attempt } from '../attempt.ts';
import type { AttemptStart } from '../execute-attempt.ts';
import { emptyEnd } from '../run-state.ts';
import type { RunEnd } from '../run-state.ts';
import type { RunScope } from '../run-scope.ts';
import { endedHooks, hookProblems, owedFinally } from './owed.ts';
import { runHook } from './run-hook.ts';
import type { HookEnd } from './run-hook.ts';

/** Runs the hooks before the work of an attempt. How the run ends if one of them says no. */
export async function openBracket(attempt: Attempt, start: AttemptStart): Promise<RunEnd | undefined> {
  const hooks = hooksOf(attempt.held.record, 'before');
  // What has an engine or a snapshot already has all of them behind it.
  const isOpen = start.type === 'complete' || (start.type === 'adopt' && start.spool !== '');
  if (hooks.length === 0 || isOpen) return undefined;
  if (attempt.plan.options.dryRun === true) {
    for (const { run } of hooks) attempt.note(`Would run ${run.join(' ')} before`);
    return undefined;
  }
  if (start.type === 'attempt') await attempt.begin(attempt.ports.clock.now());
  const ended = endedHooks(await attempt.held.steps(), attempt.number, 'before');
  for (const [index, hook] of hooks.entries()) {
    if (ended.has(index)) continue;
    const end = await runOne(attempt.scope, { hook, index, phase: 'before', attempt }, attempt.signal);
    attempt.signal.throwIfAborted();
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
export async function tellHooks(attempt: Attempt, came: RunEnd | UmbraError): Promise<void> {
  const { scope, signal } = attempt;
  const phase = phaseAfter(came);
  if (phase === undefined || attempt.plan.options.dryRun === true || attempt.number === 0) return;
  if (scope.signal.aborted || scope.closing.aborted) return;
  const ended = endedHooks(await attempt.held.steps(), attempt.number, phase);
  for (const [index, hook] of hooksOf(attempt.held.record, phase).entries()) {
    if (ended.has(index)) continue;
    await runOne(
      scope,
      { hook, index, phase, attempt, facts: factsOf(came) },
      phase === 'after' ? signal : scope.signal,
    );
  }
}

function phaseAfter(came: RunEnd | UmbraError): HookPhase | undefined {
  if (isUmbraError(came)) return came.code.startsWith('state.') ? undefined : 'onError';
  if (came.outcome === 'succeeded' || came.outcome === 'warning') return 'after';
  return came.outcome === 'failed' ? 'onError' : undefined;
}

function factsOf(came: RunEnd | UmbraError): Readonly<Record<string, string>> {
  const { outcome, error, snapshot } = isUmbraError(came)
    ? { outcome: 'failed', error: came.toRecord(), snapshot: null }
    : came;
  return {
    UMBRA_OUTCOME: outcome,
    ...(error === null ? {} : { UMBRA_ERROR_CODE: error.code, UMBRA_ERROR: error.message }),
    ...(snapshot === null ? {} : { UMBRA_SNAPSHOT: snapshot }),
  };
}

/**
 * Runs every `finally` hook that is owed, of this attempt and of those whose coordinator died. Nothing of the work runs any more
 * when it is called. A run that is lost to somebody else leaves them to him.
 */
export async function closeBrackets(scope: RunScope): Promise<void> {
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
      await runOne(scope, { hook, index, phase: 'finally', number }, lost.signal);
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
  readonly facts?: Readonly<Record<string, string>> | undefined;
  readonly attempt?: Attempt | undefined;
  readonly number?: number | undefined;
}

function runOne(scope: RunScope, { hook, index, phase, facts = {}, attempt, number }: One, signal: AbortSignal) {
  const { repository, plan } = scope.held.record;
  const of = number ?? attempt?.number ?? scope.held.record.attempts.length;
  const common = {
    UMBRA_HOOK: phase,
    UMBRA_KIND: plan.job.kind,
    UMBRA_ATTEMPT: String(of),
    ...(repository === '' ? {} : { UMBRA_REPOSITORY: repository }),
  };
  return runHook(
    scope,
    { hook, index, phase, attempt: of, facts: { ...common, ...facts }, signal, alive: () => attempt?.alive() },
    // What stops the run is told as its verdict.
    (end) => (phase === 'before' && vetoOf(hook, end, scope.held.record.id) !== undefined ? undefined : end.problem),
  );
}

const hooksOf = ({ plan }: RunRecord, phase: HookPhase): readonly HookDefinition[] => plan.job.hooks?.[phase] ?? [];
