import type { JobId, ReasonCode, RepositoryName, RunId } from '@umbracore/contracts';
import type { Decision, Verdict } from '@umbracore/coordinator-core';
import { exitCodes } from './exit-codes.ts';
import { repositoryDocument } from './run-document.ts';
import type { ThrottleOverviewDocument } from './throttle-document.ts';
import { timestampOrNull } from './timestamp.ts';

/** A decision on one repository of a job; the repository is empty for a kind that works on none. */
export interface Explained {
  readonly repository: RepositoryName;
  readonly decision: Decision;
}

export type ExplainDocument = ReturnType<typeof explainDocument>;

/**
 * Why a job runs, or does not, as `umbra.explain/1` has it: of its first repository, and of each; and what holds it back now, null for
 * another moment.
 */
export function explainDocument(
  job: JobId,
  explained: readonly [Explained, ...(readonly Explained[])],
  throttle: ThrottleOverviewDocument | null,
) {
  const [first] = explained.map((each) => oneDocument(job, each));
  return {
    job,
    ...(first ?? oneDocument(job, explained[0])),
    repositories: explained.map((each) => oneDocument(job, each)),
    throttle,
  };
}

function oneDocument(job: JobId, { repository, decision: { verdict, reasons } }: Explained) {
  return {
    repository: repositoryDocument(repository),
    verdict: verdict.type,
    until: timestampOrNull(verdict.type === 'wait' ? verdict.until : undefined),
    inTheWay: inTheWay(verdict),
    release: releaseOf(job, { verdict, reasons }),
    reasons,
  };
}

/** The run that has to end first. */
function inTheWay(verdict: Verdict): RunId | null {
  if (verdict.type === 'blocked') return verdict.by.id;
  return verdict.type === 'cancel-other' ? verdict.other.id : null;
}

/** 6: another run is under way; 5: it would be skipped, or waits for a condition; 0: it starts, or has its time. */
export function explainExitCode({ verdict }: Decision): number {
  switch (verdict.type) {
    case 'blocked':
    case 'cancel-other':
      return exitCodes.alreadyRunning;
    case 'skip':
      return exitCodes.skipped;
    case 'wait':
      return verdict.code === 'condition' ? exitCodes.skipped : exitCodes.done;
    case 'start':
      return exitCodes.done;
  }
}

/** What has to happen for a run to start, as a sentence; null if nothing has to. */
export function releaseOf(job: JobId, { verdict, reasons }: Decision): string | null {
  const isUnmet = (code: ReasonCode): boolean => reasons.some((reason) => reason.code === code && !reason.ok);
  const run = `umbra run ${job}${isUnmet('condition') ? ' --ignore-conditions' : ''}`;
  switch (verdict.type) {
    case 'start':
      return null;
    case 'blocked': {
      const verb = isUnmet('due') || isUnmet('after') ? 'May start' : 'Starts';
      return `${verb} when run ${verdict.by.id} has ended. End it: umbra cancel ${verdict.by.id}`;
    }
    case 'cancel-other':
      return isUnmet('due') || isUnmet('after')
        ? `Cancels run ${verdict.other.id} if it comes due meanwhile, and starts then.`
        : `Cancels run ${verdict.other.id}, and starts when that has ended.`;
    case 'skip':
      return skipRelease(verdict, run);
    case 'wait':
      return waitRelease(verdict, run, isUnmet('condition'));
  }
}

type Skip = Extract<Verdict, { readonly type: 'skip' }>;

function skipRelease({ code }: Skip, run: string): string {
  if (code === 'enabled') return `Runs by itself when it is enabled in the configuration. Run it once: ${run}`;
  return code === 'overlap' ? 'Skips whatever comes due until that run has ended.' : `Run it once: ${run}`;
}

type Wait = Extract<Verdict, { readonly type: 'wait' }>;

function waitRelease({ code, until }: Wait, run: string, isUnmet: boolean): string {
  const at = until === undefined ? undefined : new Date(until).toISOString().replace(/\.\d+Z$/, 'Z');
  const regardless = `Run regardless: ${run}`;
  if (code === 'condition') return `Starts within a minute of its conditions being met. ${regardless}`;
  if (code === 'resource') return 'Starts when what it needs is free again. See what runs: umbra status';
  if (code === 'after') return `Starts when that has happened. ${regardless}`;
  if (at === undefined) return `Starts when it is asked for: ${run}`;
  if (code === 'retry') return `Tries again at ${at}.`;
  return `Starts at ${at}${isUnmet ? ' if its conditions are met by then' : ''}. ${regardless}`;
}
