import type { EventOf, Instant } from '@umbracore/contracts';
import type { Past } from './decide.ts';
import { severityOf, subjectOf, type Occasion } from './occasion.ts';

/** Whether a job is without a success for too long at one of its repositories. */
export interface StaleLine {
  readonly job: { readonly id: string; readonly kind: Occasion['notice']['kind']; readonly tags: readonly string[] };
  readonly repository: string;
  readonly stale: boolean;
  readonly lastSuccessAt: Instant | undefined;
  /** A sentence that says since when. */
  readonly text: string;
}

/** What has become stale, or is not any more, beside what is remembered. */
export function staleOccasions(
  lines: readonly StaleLine[],
  standing: ReadonlyMap<string, Past>,
  now: Instant,
): readonly Occasion[] {
  return lines.flatMap((line) => {
    const subject = subjectOf(line.job.id, line.repository);
    const wasStale = standing.get(subject)?.troubles.stale !== undefined;
    return line.stale === wasStale ? [] : [occasionOf(line, subject, now)];
  });
}

function occasionOf(
  { job, repository, stale, lastSuccessAt, text }: StaleLine,
  subject: string,
  now: Instant,
): Occasion {
  const event = stale ? 'stale' : 'recovered';
  const place = repository === '' ? '' : ` to ${repository}`;
  return {
    subject,
    events: [event],
    tags: job.tags,
    isNode: false,
    trouble: stale ? 'stale' : undefined,
    clears: stale ? [] : ['stale'],
    notice: {
      // The same for whoever sees it first.
      id: `${subject}:${event}:${lastSuccessAt ?? 'never'}`,
      event,
      severity: severityOf[event],
      at: now,
      job: job.id,
      kind: job.kind,
      repository: repository === '' ? null : repository,
      run: null,
      what: stale ? `${job.id}${place} is without a success for too long` : `${job.id}${place} is not stale any more`,
      why: stale ? text : null,
      advice: stale ? 'Find out what keeps it from running or succeeding.' : null,
      command: `umbra explain ${job.id}`,
      details: [],
    },
  };
}

/** How a repository stands with its quota. */
export interface QuotaLine {
  readonly repository: string;
  readonly isTight: boolean;
  /** Such as `92 % of it`. */
  readonly text: string;
}

/** What is near its quota since it was looked at last, or not any more. */
export function quotaOccasions(
  lines: readonly QuotaLine[],
  standing: ReadonlyMap<string, Past>,
  now: Instant,
): readonly Occasion[] {
  return lines.flatMap(({ repository, isTight, text }): readonly Occasion[] => {
    const subject = `quota@${repository}`;
    if (isTight === (standing.get(subject)?.troubles.quota !== undefined)) return [];
    const event = isTight ? 'quota' : 'recovered';
    const notice = {
      id: `${subject}:${event}:${now}`,
      event,
      severity: severityOf[event],
      at: now,
      job: null,
      kind: null,
      repository,
      run: null,
      what: isTight ? `${repository} is near its quota` : `${repository} has room within its quota again`,
      why: `It takes ${text}`,
      advice: isTight ? 'Forget and prune, or raise the quota.' : null,
      command: `umbra repo stats ${repository}`,
      details: [],
    } as const;
    const trouble = isTight ? 'quota' : undefined;
    return [{ subject, notice, events: [event], tags: [], isNode: false, trouble, clears: isTight ? [] : ['quota'] }];
  });
}

/** What the state or the configuration needs a person for. */
export function alarmOf(event: EventOf<'state.alarm'> | EventOf<'config.refused'>): Occasion {
  const { code, message, hint } = event.type === 'state.alarm' ? event.alarm : event.error;
  const what =
    event.type === 'state.alarm'
      ? 'The state of umbra needs a person'
      : 'A new configuration of umbra was refused; the last good one stays in force';
  return {
    subject: `umbra:${code}`,
    events: ['alarm'],
    tags: [],
    isNode: false,
    trouble: undefined,
    clears: [],
    notice: {
      // The same alarm again within an hour is no news.
      id: `${code}:${Math.floor(event.time / 3_600_000)}`,
      event: 'alarm',
      severity: severityOf.alarm,
      at: event.time,
      job: null,
      kind: null,
      repository: null,
      run: null,
      what,
      why: message,
      advice: hint ?? null,
      command: 'umbra doctor',
      details: [],
    },
  };
}
