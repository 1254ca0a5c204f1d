import { maskOf, reasonOf, UmbraError } from '@umbracore/contracts';
import type { DurationMs, HookRule } from '@umbracore/contracts';
import type { RunScope } from '../run-scope.ts';
import { commandOutput } from '../work/command-output.ts';
import { untilAborted } from '../within.ts';
import { lateText, nameOf, type HookCall, type HookEnd } from './hook-call.ts';
import { secretsOf } from './hook-program.ts';

/** One that does not hear its signal is not waited for any longer than that. */
const graceMs: DurationMs = 5000;

/** Has a plug-in do what a hook is to do. It works in this process, so it ends when this process has to. */
export async function runPlugin(scope: RunScope, call: HookCall, rule: HookRule): Promise<HookEnd> {
  const { ports, leaving } = scope;
  const { hook, occasion } = call;
  const name = nameOf(call);
  const { descriptors: secrets } = await secretsOf(scope, hook, call.signal);
  const masked = maskOf(Object.values(secrets));
  const output = commandOutput(Object.values(secrets), (line) => scope.note(`${name}: ${line}`));
  const limit = new AbortController();
  const done = new AbortController();
  const late = ports.clock.sleep(hook.timeoutMs, done.signal).then(
    () => limit.abort(new UmbraError('hook.failed', `${name} ${lateText(call)}`)),
    () => undefined,
  );
  const signal = AbortSignal.any([call.signal, limit.signal, leaving]);
  const note = (line: string): void => {
    if (!done.signal.aborted) for (const one of line.split('\n')) output.add(one);
  };
  try {
    const answer = ports.hooks.run(rule, occasion, { signal, note, secrets });
    const verdict: unknown = await untilDeaf(scope, answer, signal);
    if (verdict === 'done') return { problem: undefined, isNotNow: false };
    if (verdict === 'not-now') return { problem: `${name}: not now`, isNotNow: true };
    return { problem: `${name} gave no verdict`, isNotNow: false };
  } catch (thrown) {
    if (signal.aborted) throw signal.reason;
    const reason = reasonOf(thrown);
    return { problem: `${name} failed: ${masked(reason)}`, isNotNow: false };
  } finally {
    output.end();
    done.abort();
    await late;
  }
}

/** The answer, or the reason of the signal once a grace is over that leaves time to tidy up. */
async function untilDeaf<T>({ ports: { clock } }: RunScope, answer: Promise<T>, signal: AbortSignal): Promise<T> {
  const over = new AbortController();
  const deaf = new AbortController();
  const wait = (): void =>
    void clock.sleep(graceMs, over.signal).then(
      () => deaf.abort(signal.reason),
      () => undefined,
    );
  signal.addEventListener('abort', wait, { once: true, signal: over.signal });
  if (signal.aborted) wait();
  try {
    return await untilAborted(answer, deaf.signal);
  } finally {
    over.abort();
  }
}
