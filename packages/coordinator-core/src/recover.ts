import { isTerminal, UmbraError } from '@umbracore/contracts';
import type { ErrorRecord, Instant, JobKind, Lease, RunRecord, StepRecord } from '@umbracore/contracts';
import { instantText } from './dispatch/instant-text.ts';
import { cameOf } from './hooks/occasion.ts';
import type { Came } from './hooks/occasion.ts';
import { hookOf } from './hooks/owed.ts';
import { interruptionLimit } from './retry.ts';

/** What was found out about a run that an earlier coordinator may have left behind. */
export interface RecoveryFacts {
  readonly now: Instant;
  /** Whether the owner of the lease lives; undefined if it is on another host or in another container and cannot be seen from here. */
  readonly ownerAlive: boolean | undefined;
  /** The engine of the last intent. `never-started` is certain: nothing can start there any more. */
  readonly engine: 'running' | 'ended' | 'never-started';
  /** Snapshots with the tag of the run, oldest first; undefined if the repository could not be asked. */
  readonly snapshots: readonly string[] | undefined;
}

/**
 * What is left of an attempt when its coordinator dies, by the kind of the job.
 * - `engine`: how its engine ended can be read, however late.
 * - `nothing`: what an engine came to cannot be read. One that works is left to end; then everything is done again, for
 *   doing it again does what is left to do.
 * - `store`: it has no engine, and all it did is in the store.
 */
const remains: Readonly<Record<JobKind, 'engine' | 'nothing' | 'store'>> = {
  backup: 'engine',
  command: 'engine',
  copy: 'nothing',
  forget: 'nothing',
  prune: 'nothing',
  check: 'nothing',
  drill: 'nothing',
  chain: 'store',
};

export type RecoveryAction =
  /** Somebody else has it, or it has ended. */
  | { readonly type: 'leave'; readonly reason: string }
  /** Nothing was ever tried: do it now. */
  | { readonly type: 'requeue' }
  /** On from where it was: with the engine that was started, or, without a spool, with what the store knows. */
  | { readonly type: 'adopt'; readonly attempt: number; readonly spool: string }
  /** On in its attempt, of which only hooks before the work have begun. */
  | { readonly type: 'resume' }
  /** Its work is over: hooks behind it may have to be told what it came to. */
  | { readonly type: 'told'; readonly came: Came }
  /** The repository has its snapshot. */
  | { readonly type: 'complete'; readonly snapshot: string }
  | { readonly type: 'retry'; readonly at: Instant }
  | { readonly type: 'cancel' }
  | { readonly type: 'fail'; readonly error: ErrorRecord };

/**
 * What becomes of a run after its coordinator may have died. The order is the point: nobody's living work is touched, an
 * engine comes before the repository, and the repository before any new try.
 */
export function recover(
  run: RunRecord,
  lease: Lease | undefined,
  steps: readonly StepRecord[],
  facts: RecoveryFacts,
): RecoveryAction {
  if (isTerminal(run.state)) return { type: 'leave', reason: `it has ended: ${run.state}` };
  const held = heldBy(run, lease, facts);
  if (held !== undefined) return { type: 'leave', reason: held };

  const adoption = run.state === 'running' ? adoptionOf(run, steps, facts) : undefined;
  if (adoption !== undefined) return adoption;
  const snapshot = facts.snapshots?.[0];
  if (snapshot !== undefined) return { type: 'complete', snapshot };
  if (run.cancelRequestedAt !== null) return { type: 'cancel' };
  if (run.state === 'queued') return neverBegun(run);
  if (run.state === 'retrying') return { type: 'retry', at: run.retryAt ?? facts.now };
  return afterInterruption(run, facts);
}

/** Why a run is not ours to touch; undefined if it is nobody's. */
export function heldBy(
  run: RunRecord,
  lease: Lease | undefined,
  { now, ownerAlive }: Pick<RecoveryFacts, 'now' | 'ownerAlive'>,
): string | undefined {
  if (lease === undefined) return undefined;
  if (ownerAlive === true) return `process ${lease.owner.pid} works on it`;
  // A process that cannot be seen may live as long as its lease does.
  if (ownerAlive === undefined && lease.until > now) {
    const { pid, host } = lease.owner;
    return `process ${pid} on ${host}, which cannot be seen from here, has it until ${instantText(lease.until)} at least`;
  }
  return undefined;
}

/** How a running attempt goes on; undefined if nothing of it is left. */
function adoptionOf(
  run: RunRecord,
  steps: readonly StepRecord[],
  { engine }: RecoveryFacts,
): RecoveryAction | undefined {
  const came = cameOf(steps, run.attempts.length);
  if (came !== undefined) return { type: 'told', came };
  const left = remains[run.plan.job.kind];
  if (left === 'store') return { type: 'adopt', attempt: run.attempts.length, spool: '' };
  const intent = lastIntent(run, steps);
  const isOver = engine === 'never-started' || (engine === 'ended' && left === 'nothing');
  if (intent !== undefined) return isOver ? undefined : { type: 'adopt', ...intent };
  return run.cancelRequestedAt === null && isAmongHooks(run, steps) ? { type: 'resume' } : undefined;
}

/** True if an attempt has begun with its hooks, and with nothing else. */
export const isAmongHooks = ({ attempts, state }: RunRecord, steps: readonly StepRecord[]): boolean => {
  const ofAttempt = steps.filter(({ attempt }) => attempt === attempts.length);
  return state === 'running' && ofAttempt.length > 0 && ofAttempt.every((step) => hookOf(step)?.phase === 'before');
};

/** Where the last attempt was about to start its engine; undefined if it never came so far. */
export const lastIntent = (run: RunRecord, steps: readonly StepRecord[]): Trace | undefined =>
  lastTrace(run, steps, [run.plan.job.kind]);

export interface Trace {
  readonly attempt: number;
  readonly spool: string;
}

/** The same of its engine or of a hook, whichever came last. */
export const lastTraceOfAny = (run: RunRecord, steps: readonly StepRecord[]): Trace | undefined =>
  lastTrace(run, steps, [run.plan.job.kind, 'hook']);

function lastTrace(
  run: RunRecord,
  steps: readonly StepRecord[],
  kinds: readonly (JobKind | 'hook')[],
): Trace | undefined {
  const intent = steps.findLast(({ kind, stage }) => kinds.some((one) => one === kind) && stage === 'intent');
  const spool = intent?.detail['spool'];
  if (intent === undefined || typeof spool !== 'string' || intent.attempt !== run.attempts.length) return undefined;
  return { attempt: intent.attempt, spool };
}

/** A slot is owed whoever dies. Who asked for a run in person saw that it did not begin, and asks again. */
function neverBegun(run: RunRecord): RecoveryAction {
  if (run.slot !== null) return { type: 'requeue' };
  const message = 'The process that asked for the run ended before it began';
  const hint = `Run the job "${run.job}" again.`;
  return { type: 'fail', error: new UmbraError('run.interrupted', message, { hint }).toRecord() };
}

function afterInterruption(run: RunRecord, { now, snapshots }: RecoveryFacts): RecoveryAction {
  const earlier = run.attempts.filter(({ outcome }) => outcome === 'interrupted').length;
  // A new attempt asks the repository first, so trying again is safe even if it could not be asked now.
  if (earlier + 1 < interruptionLimit) return { type: 'retry', at: now };
  const unasked = snapshots === undefined ? ', and the repository could not be asked for its snapshot' : '';
  const look = run.plan.job.kind === 'backup' ? 'Look for its snapshot' : 'Find out what interrupts it';
  return {
    type: 'fail',
    error: new UmbraError('run.interrupted', `The run was interrupted ${earlier + 1} times${unasked}`, {
      hint: `${look}, then run the job "${run.job}" again.`,
    }).toRecord(),
  };
}
