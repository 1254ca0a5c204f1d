import { isTerminal, type Calendar, type Instant, type JobDefinition, type RunRecord } from '@umbracore/contracts';
import { isDryRun } from '../documents/run-document.ts';
import type { NextRun } from './next-run.ts';

const day = 86_400_000;

/** `bad` needs a person; `attention` is worth a look; `good` is recent and verified. */
export type Standing = 'good' | 'attention' | 'bad';

/** What is known of one job and one of its repositories. */
export interface JobFacts {
  readonly job: JobDefinition;
  readonly repository: string;
  /** Newest run that counts as a success. */
  readonly lastSuccess: RunRecord | undefined;
  /** Newest run, ended or not; never a dry run, which proves nothing. */
  readonly lastAttempt: RunRecord | undefined;
  /** Newest run whose verification found nothing wrong. */
  readonly lastVerified: RunRecord | undefined;
  /** True if the newest run has not ended and nobody works on it any more. */
  readonly leftBehind: boolean;
  readonly next: NextRun | undefined;
}

export interface JobStatus extends JobFacts {
  readonly standing: Standing;
  /** True if there was no success for longer than the schedule allows. */
  readonly stale: boolean;
  readonly verifiedAt: Instant | undefined;
  /** What is wrong, as part of a sentence. */
  readonly reason: string | undefined;
  /** The command that helps or explains. */
  readonly remedy: string | undefined;
}

/**
 * A warning because of some unreadable files is a backup; one that is suspicious may have saved an empty mount point, and a
 * dry run saved nothing.
 */
export const countsAsSuccess = (run: RunRecord): boolean =>
  (run.state === 'succeeded' || run.state === 'warning') && run.suspicions.length === 0 && !isDryRun(run);

/** Success and attempt are judged apart: a job that failed a minute ago is not well because it ran a minute ago. */
export function judge(facts: JobFacts, calendar: Calendar, now: Instant): JobStatus {
  const stale = isStale(facts, calendar, now);
  return {
    ...facts,
    ...verdict(facts, stale),
    stale,
    verifiedAt: facts.lastVerified?.verification?.finishedAt,
  };
}

type Verdict = Pick<JobStatus, 'standing' | 'reason' | 'remedy'>;

function verdict({ job, lastSuccess, lastAttempt, lastVerified, leftBehind }: JobFacts, stale: boolean): Verdict {
  const ended = lastAttempt !== undefined && isTerminal(lastAttempt.state);
  if (ended && lastAttempt.state === 'failed') {
    const reason = lastAttempt.error?.message ?? 'the last run failed';
    return { standing: 'bad', reason, remedy: `umbra show ${lastAttempt.id}` };
  }
  if (leftBehind) {
    const reason = 'its process died; the next run carries it on';
    return { standing: 'attention', reason, remedy: 'umbra run --due' };
  }
  if (stale) return { standing: 'bad', reason: staleReason(lastSuccess), remedy: `umbra run ${job.id}` };
  if (lastAttempt?.state === 'warning') return attentionTo(lastAttempt);
  if (lastSuccess === undefined) return beforeFirst(job.id, lastAttempt);
  if (lastAttempt?.state === 'cancelled') {
    return { standing: 'attention', reason: 'the last run was cancelled', remedy: `umbra run ${job.id}` };
  }
  if (lastVerified === undefined) {
    return { standing: 'attention', reason: 'never verified', remedy: `umbra run ${job.id} --verify` };
  }
  return { standing: 'good', reason: undefined, remedy: undefined };
}

function beforeFirst(job: string, attempt: RunRecord | undefined): Verdict {
  if (attempt !== undefined && !isTerminal(attempt.state)) {
    return { standing: 'attention', reason: 'its first backup is not finished', remedy: `umbra show ${attempt.id}` };
  }
  const reason = attempt === undefined ? 'never ran' : 'never succeeded';
  return { standing: 'attention', reason, remedy: `umbra run ${job}` };
}

function attentionTo(run: RunRecord): Verdict {
  const count = run.unreadableCount;
  const unread = count === 0 ? undefined : `${count} unreadable ${count === 1 ? 'file' : 'files'}`;
  const reason = unread ?? run.suspicions[0] ?? run.error?.message ?? 'the last run ended with a warning';
  return { standing: 'attention', reason, remedy: `umbra show ${run.id}` };
}

const staleReason = (lastSuccess: RunRecord | undefined): string =>
  lastSuccess === undefined ? 'never succeeded' : 'no success for longer than its schedule allows';

/** One and a half intervals of the schedule without success, but at least a day. A manual job is never stale. */
function isStale({ job, lastSuccess, lastAttempt }: JobFacts, calendar: Calendar, now: Instant): boolean {
  if (!job.enabled) return false;
  const since = lastSuccess?.finishedAt ?? lastAttempt?.queuedAt;
  const interval = intervalOf(job, calendar, now);
  if (since === undefined || interval === undefined) return false;
  return now - since > Math.max(day, interval * 1.5);
}

function intervalOf(job: JobDefinition, calendar: Calendar, now: Instant): number | undefined {
  const intervals = job.schedules.flatMap((schedule) => {
    const first = calendar.next(schedule, now);
    const second = first === undefined ? undefined : calendar.next(schedule, first.at);
    return first === undefined || second === undefined ? [] : [second.at - first.at];
  });
  return intervals.length === 0 ? undefined : Math.min(...intervals);
}
