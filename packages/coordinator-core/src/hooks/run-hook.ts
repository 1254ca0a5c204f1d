import { toUmbraError } from '@umbracore/contracts';
import type { DurationMs, StepRecord } from '@umbracore/contracts';
import { interruptionLimit } from '../retry.ts';
import { spoolOfHook } from '../run-log.ts';
import type { RunScope } from '../run-scope.ts';
import { nameOf, type HookCall, type HookEnd } from './hook-call.ts';
import { runPlugin } from './hook-plugin.ts';
import { adoptProgram, runProgram } from './hook-program.ts';
import { recordOf } from './occasion.ts';
import { begunHooks, hookOf } from './owed.ts';

const livingMs: DurationMs = 1000;

/** Whether what came of a failed hook is a matter of the run, of which nothing else tells. */
type ProblemOf = (end: HookEnd) => string | undefined;

/**
 * Runs a hook as often as it says, each time with its intent on record before and its end behind. One that an earlier coordinator
 * began is followed to its end if it has outlived it, and begun again otherwise. Never rejects but for a store that refuses, a run
 * that is lost, or a process that has to end.
 */
export async function runHook(scope: RunScope, call: HookCall, problemOf: ProblemOf): Promise<HookEnd> {
  const { hook, signal } = call;
  const earlier = begunHooks(await scope.held.steps(), call.occasion, call.index);
  let adopted = await adopt(scope, call, earlier.at(-1));
  let tries = adopted === undefined ? 0 : earlier.length - 1;
  // Whatever it does to us, it must not do so for ever.
  if (adopted === undefined && earlier.length >= hook.tries + interruptionLimit)
    adopted = { problem: `${nameOf(call)} was interrupted ${earlier.length} times`, isNotNow: false };
  for (;;) {
    const end = adopted ?? (await begin(scope, call));
    adopted = undefined;
    tries += 1;
    const isLast = end.problem === undefined || end.isNotNow || tries >= hook.tries || signal.aborted;
    if (end.problem !== undefined) scope.note(`${end.problem}${isLast ? '' : '; it is tried again'}`);
    if (isLast) {
      await conclude(scope, call, end, problemOf(end));
      return end;
    }
    await scope.ports.clock.sleep(hook.delayMs, signal).catch(() => undefined);
  }
}

async function conclude(scope: RunScope, call: HookCall, end: HookEnd, problem: string | undefined): Promise<void> {
  const told = problem === undefined ? {} : { problem };
  const detail = { ...placeOf(call), end: { ...end }, ...told };
  const { held, ports } = scope;
  await held.recordStep({ kind: 'hook', stage: 'done', at: ports.clock.now(), detail }, call.occasion.attempt);
}

const placeOf = ({ occasion: { phase }, index }: HookCall) => ({ phase, index });

async function begin(scope: RunScope, call: HookCall): Promise<HookEnd> {
  const { held, ports, leaving } = scope;
  const { use } = call.hook;
  const spool = spoolOfHook(ports.spoolDir, held.record.id, await nextNumber(scope));
  const came = call.came === undefined ? {} : { came: recordOf(call.came) };
  const detail = { ...placeOf(call), ...(use === undefined && { spool }), ...came };
  await held.recordStep({ kind: 'hook', stage: 'intent', at: ports.clock.now(), detail }, call.occasion.attempt);
  if (use !== undefined) leaving.throwIfAborted();
  return await watched(scope, call, () =>
    use === undefined ? runProgram(scope, call, spool) : runPlugin(scope, call, use),
  );
}

async function adopt(scope: RunScope, call: HookCall, begun: StepRecord | undefined): Promise<HookEnd | undefined> {
  const spool = begun?.detail['spool'];
  if (begun === undefined || typeof spool !== 'string') return undefined;
  const agoMs = Math.max(0, scope.ports.clock.now() - begun.at);
  return await watched(scope, call, () => adoptProgram(scope, call, spool, agoMs));
}

/** How it ended, whatever it threw. */
async function watched<T extends HookEnd | undefined>(
  { ports, leaving }: RunScope,
  call: HookCall,
  work: () => Promise<T>,
): Promise<T | HookEnd> {
  const name = nameOf(call);
  using _living = ports.clock.every(livingMs, call.alive);
  try {
    return await work();
  } catch (thrown) {
    if (leaving.aborted && thrown === leaving.reason) throw thrown;
    const error = toUmbraError(thrown);
    if (error.code === 'state.lease-lost') throw error;
    const isOurs = error.message.startsWith(name);
    return { problem: isOurs ? error.message : `${name} failed: ${error.message}`, isNotNow: false };
  }
}

/** Each start has a folder of its own, also after a crash. */
async function nextNumber({ held }: RunScope): Promise<number> {
  return (await held.steps()).filter((step) => hookOf(step) !== undefined && step.stage === 'intent').length + 1;
}
