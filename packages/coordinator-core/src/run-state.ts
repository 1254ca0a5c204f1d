import { isTerminal, UmbraError } from '@umbracore/contracts';
import type {
  AttemptRecord,
  ErrorRecord,
  Instant,
  RunChange,
  RunOutcome,
  RunRecord,
  RunReport,
  SourceFact,
} from '@umbracore/contracts';

/** Everything that is known of a run when it ends. */
export type RunEnd = Pick<
  RunRecord,
  | 'snapshot'
  | 'stats'
  | 'unreadable'
  | 'unreadableCount'
  | 'suspicions'
  | 'hookFailures'
  | 'verification'
  | 'error'
  | 'because'
  | 'report'
> & { readonly outcome: RunOutcome };

/** What can happen to a run after it was queued. */
export type RunStep =
  | { readonly type: 'attempt-started'; readonly at: Instant; readonly sources: readonly SourceFact[] }
  /** What was found of the sources, of an attempt that has begun already. */
  | { readonly type: 'sources-seen'; readonly sources: readonly SourceFact[] }
  | { readonly type: 'attempt-failed'; readonly at: Instant; readonly error: ErrorRecord; readonly retryAt: Instant }
  | { readonly type: 'ended'; readonly at: Instant; readonly end: RunEnd };

/** How the record changes. Throws `internal` for a step that cannot follow the state the run is in. */
export function advance(run: RunRecord, step: RunStep): RunChange {
  if (isTerminal(run.state)) throw impossible(run, step);
  switch (step.type) {
    case 'attempt-started': {
      if (run.state === 'running') throw impossible(run, step);
      const attempt = {
        number: run.attempts.length + 1,
        startedAt: step.at,
        finishedAt: null,
        outcome: null,
        error: null,
      };
      return {
        state: 'running',
        startedAt: run.startedAt ?? step.at,
        retryAt: null,
        sources: step.sources,
        attempts: [...run.attempts, attempt],
      };
    }
    case 'sources-seen':
      if (run.state !== 'running') throw impossible(run, step);
      return { sources: step.sources };
    case 'attempt-failed':
      if (run.state !== 'running') throw impossible(run, step);
      return {
        state: 'retrying',
        retryAt: step.retryAt,
        error: step.error,
        attempts: closeLast(run.attempts, step.at, failureOf(step.error), step.error),
      };
    case 'ended': {
      const { outcome, ...rest } = step.end;
      return {
        ...rest,
        state: outcome,
        retryAt: null,
        finishedAt: step.at,
        attempts: closeLast(run.attempts, step.at, attemptOutcome(step.end), step.end.error),
      };
    }
  }
}

/** An end of which nothing else is known. */
export const emptyEnd = (outcome: RunOutcome, error: ErrorRecord | null): RunEnd => ({
  outcome,
  error,
  snapshot: null,
  stats: null,
  unreadable: [],
  unreadableCount: 0,
  suspicions: [],
  verification: null,
  because: null,
  report: null,
});

/** A good end of a run that makes no snapshot. */
export const goodEnd = (report: RunReport): RunEnd => ({ ...emptyEnd('succeeded', null), report });

function closeLast(
  attempts: readonly AttemptRecord[],
  finishedAt: Instant,
  outcome: AttemptRecord['outcome'],
  error: ErrorRecord | null,
): readonly AttemptRecord[] {
  const last = attempts.at(-1);
  if (last === undefined || last.finishedAt !== null) return attempts;
  return [...attempts.slice(0, -1), { ...last, finishedAt, outcome, error }];
}

const failureOf = (error: ErrorRecord): 'failed' | 'interrupted' =>
  error.code === 'run.interrupted' ? 'interrupted' : 'failed';

function attemptOutcome({ outcome, error }: RunEnd): AttemptRecord['outcome'] {
  switch (outcome) {
    case 'succeeded':
    case 'warning':
    case 'cancelled':
    case 'skipped':
      return outcome;
    case 'failed':
    case 'missed':
      return error === null ? 'failed' : failureOf(error);
  }
}

const impossible = (run: RunRecord, step: RunStep): UmbraError =>
  new UmbraError('internal', `Run ${run.id} is ${run.state}: "${step.type}" cannot follow`, {
    context: { run: run.id },
  });
