import { errorCatalogue, isTerminal, isUmbraError, toUmbraError, UmbraError } from '@umbracore/contracts';
import type { DurationMs, Instant, RunRecord } from '@umbracore/contracts';
import { healQuietly } from './clear-locks.ts';
import { executeAttempt } from './execute-attempt.ts';
import type { AttemptStart } from './execute-attempt.ts';
import { thawSources } from './frozen.ts';
import { closeBrackets, failuresOfHooks } from './hooks/bracket.ts';
import { findSnapshot } from './find-snapshot.ts';
import { isLeftOpen } from './left-open.ts';
import { repositoryOf } from './narrow-plan.ts';
import { retryDueAt } from './dispatch/retry-due.ts';
import { nextAttempt } from './retry.ts';
import { advance, emptyEnd } from './run-state.ts';
import type { RunEnd } from './run-state.ts';
import type { RunScope } from './run-scope.ts';
import { within } from './within.ts';

/** Where the execution of a run begins: anew, or where recovery found it. */
export type RunStart =
  | AttemptStart
  /** Its attempt was interrupted and left nothing: the next one follows. */
  | { readonly type: 'interrupted'; readonly at: number }
  | { readonly type: 'cancel' }
  | { readonly type: 'end'; readonly end: RunEnd };

/** What to do with a retry: wait until it is due, leave it in the store if it is due later, or leave it there in any case. */
export type Patience = 'wait' | 'due' | 'park';

const askMs: DurationMs = 20_000;
const settleTries = 5;

/**
 * Carries a run out until it has ended, or until it waits for a retry and is not to be waited for. Rejects only if the
 * store refuses (`state.*`) or the coordinator is closed while waiting: the run is then as the store has it.
 */
export async function executeRun(scope: RunScope, start: RunStart, patience: Patience): Promise<RunRecord> {
  const { held } = scope;
  if (start.type === 'end') return await settle(scope, start.end);
  if (start.type === 'cancel') return await settleCancelled(scope, undefined);
  let next: AttemptStart = start.type === 'interrupted' ? { type: 'attempt' } : start;
  if (start.type === 'interrupted') await interrupted(scope, start.at);
  for (;;) {
    if (next.type === 'attempt' && isParked(scope, patience)) return held.record;
    const { end, error } = await attemptOnce(scope, next);
    const ended = error === undefined ? await settle(scope, end) : await afterFailure(scope, error, end);
    if (ended !== undefined) return ended;
    next = { type: 'attempt' };
  }
}

function isParked({ held, ports }: RunScope, patience: Patience): boolean {
  if (held.record.state !== 'retrying' || patience === 'wait') return false;
  return patience === 'park' || retryDueAt(held.record, ports.clock.now()) > ports.clock.now();
}

type Attempted =
  | { readonly end: RunEnd; readonly error: undefined }
  /** Another attempt may mend it; `end` is how the run ends if there is none. */
  | { readonly end: RunEnd; readonly error: UmbraError };

async function attemptOnce(scope: RunScope, start: AttemptStart): Promise<Attempted> {
  try {
    await waitForRetry(scope);
    if (start.type === 'attempt' && scope.held.record.attempts.length > 0) await killLeftovers(scope);
    const end = await executeAttempt(scope, start);
    return { end, error: passingFailure(end) };
  } catch (thrown) {
    const error = toUmbraError(thrown);
    return { end: emptyEnd('failed', error.toRecord()), error };
  }
}

function passingFailure({ outcome, error }: RunEnd): UmbraError | undefined {
  if (outcome !== 'failed' || error === null || !errorCatalogue[error.code].retryable) return undefined;
  return new UmbraError(error.code, error.message, { hint: error.hint ?? undefined });
}

/** The ended run, or undefined if another attempt follows. */
async function afterFailure(scope: RunScope, error: UmbraError, end: RunEnd): Promise<RunRecord | undefined> {
  const { held, ports, signal, closing } = scope;
  if (isTerminal(held.record.state) || error.code.startsWith('state.')) throw error;
  // Nothing failed: whoever comes next goes on.
  if (isLeftOpen(scope, error)) throw error;
  if (signal.aborted) {
    if (toUmbraError(signal.reason).code === 'state.lease-lost') throw error;
    return await settleCancelled(scope, toUmbraError(signal.reason));
  }
  if (closing.aborted && held.record.state === 'retrying') throw error;
  const record = error.toRecord();
  scope.note(`Attempt ${held.record.attempts.length} failed: ${error.message}`);
  if (held.record.state !== 'running') return await settle(scope, end);
  const now = ports.clock.now();
  const { attempts = [] } = advance(held.record, { type: 'attempt-failed', at: now, error: record, retryAt: now });
  const { job, options } = held.record.plan;
  const strategy = options.retry === false ? ({ type: 'none' } as const) : job.retry;
  const answer = nextAttempt({ strategy, error: record, attempts, now, random: (ports.random ?? Math.random)() });
  if (!answer.retry) {
    await cleanUp(scope, error);
    return await settle(scope, end);
  }
  await held.advance({ type: 'attempt-failed', at: now, error: record, retryAt: answer.at });
  scope.publish({ type: 'run.retrying', attempt: attempts.length + 1, retryAt: answer.at, error: record });
  await cleanUp(scope, error);
  await closeAttempts(scope);
  return undefined;
}

async function interrupted(scope: RunScope, retryAt: number): Promise<void> {
  const { held, ports, publish } = scope;
  // What still runs of one that ended is a hook behind it.
  if (held.record.state !== 'running') return await closeBrackets(scope);
  await killLeftovers(scope);
  const error = new UmbraError('run.interrupted', 'The coordinator ended during the attempt').toRecord();
  await held.advance({ type: 'attempt-failed', at: ports.clock.now(), error, retryAt });
  publish({ type: 'run.retrying', attempt: held.record.attempts.length + 1, retryAt, error });
  await closeAttempts(scope);
}

/** What attempts leave behind that has to be taken back, whatever they came to. */
async function closeAttempts(scope: RunScope, end?: RunEnd): Promise<void> {
  await thawSources(scope);
  await closeBrackets(scope, end);
}

/** Waits in the wall clock's time, for that is what is stored; in pieces, for that clock may be set. */
async function waitForRetry({ held, ports, signal, closing }: RunScope): Promise<void> {
  if (held.record.retryAt === null) return;
  const queued = held.record.error?.code;
  const either = AbortSignal.any([signal, closing]);
  const left = (): DurationMs => retryDueAt(held.record, ports.clock.now()) - ports.clock.now();
  for (let wait = left(); wait > 0; wait = left()) await ports.clock.sleep(Math.min(wait, 30_000), either);
  if (closing.aborted)
    throw new UmbraError('run.terminated', `The coordinator was closed while a retry was due (${queued})`);
  signal.throwIfAborted();
}

/** A snapshot that was made before the cancel came through stays, and the run names it. */
async function settleCancelled(scope: RunScope, reason: UmbraError | undefined): Promise<RunRecord> {
  const { held, ports } = scope;
  const error = reason ?? new UmbraError('run.cancelled', 'The run was cancelled');
  const snapshot = held.record.attempts.length > 0 ? await leftBy(scope, error) : null;
  if (snapshot !== null) scope.note(`The run was cancelled, but its snapshot ${snapshot} had been saved`);
  const end = { ...emptyEnd('cancelled', error.toRecord()), snapshot };
  return await settle(scope, end, ports.clock.now());
}

async function askQuickly({ ports, held }: RunScope): Promise<string | null> {
  try {
    return await within(ports.clock, askMs, undefined, async (signal) => {
      const backend = await ports.repositories.backend(repositoryOf(held.record.plan), signal);
      return (await findSnapshot(backend, held.record.id, ports.clock, signal))?.id ?? null;
    });
  } catch {
    return null;
  }
}

/** The snapshot of the attempts, if any. Nothing of their engines keeps running, and their locks go. */
async function leftBy(scope: RunScope, error: UmbraError): Promise<string | null> {
  await killLeftovers(scope);
  const { job, options } = scope.held.record.plan;
  // Together, for each may have to wait for a repository that does not answer.
  const [snapshot] = await Promise.all([
    job.kind !== 'backup' || options.dryRun === true ? null : askQuickly(scope),
    mayLeaveLock(error) ? healQuietly(scope) : undefined,
  ]);
  return snapshot;
}

/** After an attempt whose engine may not have gone by itself: nothing of it keeps running, and its lock goes. */
async function cleanUp(scope: RunScope, error: UmbraError): Promise<void> {
  await killLeftovers(scope);
  if (mayLeaveLock(error)) await healQuietly(scope);
}

/** An engine whose repository went away had no way to take its lock along. */
const mayLeaveLock = ({ code }: UmbraError): boolean =>
  code === 'run.cancelled' ||
  code === 'run.interrupted' ||
  code === 'run.deadline' ||
  code === 'repository.unreachable' ||
  code.startsWith('engine.');

const wasInterrupted = ({ attempts }: RunRecord): boolean => attempts.some(({ outcome }) => outcome === 'interrupted');

/** When a run has ended, and before a new attempt, no process of its attempts is left. */
async function killLeftovers({ ports, held, log }: RunScope): Promise<void> {
  for (const { stage, detail } of await held.steps()) {
    const spool = detail['spool'];
    if (stage !== 'intent' || typeof spool !== 'string') continue;
    try {
      await (await ports.engineProcesses.find(spool))?.kill();
    } catch (error) {
      log.warn({ spool, error: String(error) }, 'What is left of an engine could not be ended');
    }
  }
}

async function settle(scope: RunScope, end: RunEnd, given?: Instant): Promise<RunRecord> {
  const { held, ports, publish } = scope;
  // What a dead coordinator had only asked may have locked the repository after the next one looked.
  if (wasInterrupted(held.record)) await healQuietly(scope);
  await closeAttempts(scope, end);
  const hookFailures = await failuresOfHooks(scope);
  const at = given ?? ports.clock.now();
  for (let tries = 1; ; tries++) {
    try {
      const record = await held.advance({ type: 'ended', at, end: { ...end, ...hookFailures } });
      publish({ type: 'run.finished', record });
      return record;
    } catch (error) {
      // The backup is done and must not be forgotten because the disk is full for a moment.
      if (!isUmbraError(error) || !error.code.startsWith('state.') || !error.retryable || tries >= settleTries)
        throw error;
      await ports.clock.sleep(1000 * tries);
    }
  }
}
