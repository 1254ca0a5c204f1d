import { Attempt } from './attempt.ts';
import { isUmbraError } from '@umbracore/contracts';
import { openBracket, tellHooks } from './hooks/bracket.ts';
import type { Came } from './hooks/occasion.ts';
import type { RunScope } from './run-scope.ts';
import type { RunEnd } from './run-state.ts';
import { workOf } from './work/work.ts';

/** How an attempt begins. */
export type AttemptStart =
  | { readonly type: 'attempt' }
  /** With an engine that was started already, by us or by a coordinator that died. */
  | { readonly type: 'adopt'; readonly spool: string }
  /** With a snapshot that the repository has already. */
  | { readonly type: 'complete'; readonly snapshot: string }
  /** On in an attempt that had begun, but none of its work. */
  | { readonly type: 'resume' }
  /** With what its work came to: only its hooks may have to be told. */
  | { readonly type: 'told'; readonly came: Came };

/** One attempt from its beginning to its verdict. Rejects if it failed in a way that another attempt may mend. */
export async function executeAttempt(scope: RunScope, start: AttemptStart): Promise<RunEnd> {
  const { attempts } = scope.held.record;
  const now = scope.ports.clock.now();
  const began = start.type === 'attempt' ? now : (attempts.at(-1)?.startedAt ?? now);
  using attempt = new Attempt(scope, { elapsedMs: Math.max(0, now - began), hasBegun: start.type !== 'attempt' });
  const came = start.type === 'told' ? start.came : await comeTo(attempt, start);
  await tellHooks(attempt, came);
  if (isUmbraError(came)) throw came;
  if (came.outcome === 'succeeded' || came.outcome === 'warning') attempt.done();
  return came;
}

type WorkStart = Exclude<AttemptStart, { readonly type: 'told' }>;

async function comeTo(attempt: Attempt, start: WorkStart): Promise<Came> {
  try {
    return (await openBracket(attempt, start)) ?? (await work(attempt, start));
  } catch (thrown) {
    return attempt.causeOf(thrown);
  }
}

async function work(attempt: Attempt, start: WorkStart): Promise<RunEnd> {
  const ways = workOf(attempt);
  switch (start.type) {
    case 'attempt':
    case 'resume':
      return await ways.fresh();
    case 'adopt':
      // Whoever paused the engine is gone, and its lock grows old.
      if (start.spool !== '') await (await attempt.ports.engineProcesses.find(start.spool))?.resume();
      return await ways.adopted(start.spool);
    case 'complete':
      return await ways.completed();
  }
}
