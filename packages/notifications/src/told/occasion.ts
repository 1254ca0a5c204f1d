import type { Notice, NoticeEvent, RunRecord, Severity } from '@umbracore/contracts';
import { runWords } from './run-words.ts';

/** What can be wrong with a subject until something clears it. */
export type TroubleKind = 'run' | 'stale' | 'quota';

/** Something that happened, as rules look at it. */
export interface Occasion {
  /** What it is remembered under: a trouble of one job at one repository is cleared by nothing else. */
  readonly subject: string;
  readonly notice: Notice;
  /** What rules may call it; the notice's own event is among them. */
  readonly events: readonly NoticeEvent[];
  readonly tags: readonly string[];
  /** A node of a chain is told of by rules that name its job; else its chain tells. */
  readonly isNode: boolean;
  readonly trouble: TroubleKind | undefined;
  readonly clears: readonly TroubleKind[];
}

export const severityOf: Readonly<Record<NoticeEvent, Severity>> = {
  started: 'info',
  succeeded: 'info',
  warning: 'warning',
  failed: 'error',
  cancelled: 'info',
  skipped: 'info',
  missed: 'warning',
  'verify-failed': 'error',
  'hook-failed': 'warning',
  stale: 'error',
  quota: 'warning',
  recovered: 'info',
  alarm: 'error',
};

export const subjectOf = (job: string, repository: string): string => `${job}@${repository}`;

/** The end of a run as an occasion; undefined for what nobody is told of: dry runs, and runs that were carried out elsewhere. */
export function occasionOfEnd(run: RunRecord): Occasion | undefined {
  if (run.plan.options.dryRun === true || run.trigger === 'adopted') return undefined;
  const events = eventsOf(run);
  const [event] = events;
  if (event === undefined) return undefined;
  const isTrouble = event === 'failed' || event === 'verify-failed' || event === 'missed';
  const isGood = run.state === 'succeeded' || run.state === 'warning';
  return {
    ...aboutRun(run),
    notice: noticeOf(run, event, run.finishedAt ?? run.queuedAt, ''),
    events,
    trouble: isTrouble ? 'run' : undefined,
    clears: isGood && !isTrouble ? ['run', 'stale'] : [],
  };
}

/** The beginning of an attempt. */
export function occasionOfStart(run: RunRecord, attempt: number, at: number): Occasion | undefined {
  if (run.plan.options.dryRun === true) return undefined;
  const notice = noticeOf(run, 'started', at, `:${attempt}`);
  return { ...aboutRun(run), notice, events: ['started'], trouble: undefined, clears: [] };
}

/** The same run, told as the end of a trouble. */
export function recoveryOf({ notice }: Occasion, since: string): Notice {
  const name = notice.repository === null || notice.repository === '' ? '' : ` to ${notice.repository}`;
  return {
    ...notice,
    id: `${notice.id}:recovered`,
    event: 'recovered',
    severity: severityOf.recovered,
    what: `${notice.job ?? 'umbra'}${name} is good again`,
    why: `It was in trouble since ${since}`,
    advice: null,
  };
}

const aboutRun = (run: RunRecord): Pick<Occasion, 'subject' | 'tags' | 'isNode'> => ({
  subject: subjectOf(run.job, run.repository),
  tags: run.plan.job.tags,
  isNode: run.parent !== null,
});

function noticeOf(run: RunRecord, event: NoticeEvent, at: number, suffix: string): Notice {
  return {
    id: `${run.id}:${event}${suffix}`,
    event,
    severity: severityOf[event],
    at,
    job: run.job,
    kind: run.plan.job.kind,
    repository: run.repository === '' ? null : run.repository,
    run: run.id,
    ...runWords(run, event),
    command: `umbra show ${run.id}`,
  };
}

/** The most telling one first. */
function eventsOf(run: RunRecord): readonly NoticeEvent[] {
  const { state } = run;
  if (state === 'queued' || state === 'running' || state === 'retrying') return [];
  const events: NoticeEvent[] = [state];
  if (isUnsound(run)) events.unshift('verify-failed');
  if ((run.hookFailures ?? []).length > 0) events.push('hook-failed');
  return events;
}

const isUnsound = ({ verification, report, error }: RunRecord): boolean =>
  verification?.ok === false ||
  (report?.kind === 'check' && !report.sound) ||
  error?.code === 'verify.damage' ||
  error?.code === 'repository.damaged';
