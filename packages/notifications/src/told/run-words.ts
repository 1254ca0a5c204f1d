import type { Notice, NoticeEvent, RunRecord } from '@umbracore/contracts';
import { shownBytes, shownLength } from './shown.ts';

type Words = Pick<Notice, 'what' | 'why' | 'advice' | 'details'>;

/** So many items of a list are named. */
const mostNamed = 5;

const deeds: Readonly<Record<NoticeEvent, string>> = {
  started: 'has started',
  succeeded: 'succeeded',
  warning: 'ended with a warning',
  failed: 'failed',
  cancelled: 'was cancelled',
  skipped: 'was skipped',
  missed: 'was missed',
  'verify-failed': 'did not pass its check',
  'hook-failed': 'had a hook that failed',
  stale: 'is without a success for too long',
  quota: 'is near its quota',
  recovered: 'is good again',
  alarm: 'needs a person',
};

/** What happened, in a few words. */
export function deedOf({ job, repository }: Pick<RunRecord, 'job' | 'repository'>, event: NoticeEvent): string {
  return `${job}${repository === '' ? '' : ` to ${repository}`} ${deeds[event]}`;
}

/** What a run says of itself to somebody who is not there. */
export function runWords(run: RunRecord, event: NoticeEvent): Words {
  return {
    what: deedOf(run, event),
    why: event === 'started' ? null : whyOf(run),
    advice: event === 'started' ? null : (run.error?.hint ?? null),
    details:
      event === 'started' ? [] : [...numbersOf(run), ...problemsOf(run), ...nodesOf(run), ...(run.hookFailures ?? [])],
  };
}

function whyOf({ error, because, suspicions, unreadableCount, verification }: RunRecord): string | null {
  if (error !== null) return error.message;
  if (because !== null) return because.text;
  if (verification?.ok === false) return verification.problems[0] ?? 'What was saved does not read back as it should';
  if (suspicions.length > 0) return suspicions[0] ?? null;
  return unreadableCount > 0 ? `${counted(unreadableCount, 'file')} could not be read` : null;
}

function numbersOf(run: RunRecord): readonly string[] {
  const { startedAt, finishedAt, stats, snapshot, attempts } = run;
  const lines: string[] = [];
  if (startedAt !== null && finishedAt !== null) lines.push(`took ${shownLength(finishedAt - startedAt)}`);
  if (attempts.length > 1) lines.push(`${attempts.length} attempts`);
  if (stats !== null) lines.push(`${shownBytes(stats.bytesAdded)} new in ${counted(stats.filesNew, 'new file')}`);
  if (snapshot !== null) lines.push(`snapshot ${snapshot.slice(0, 8)}`);
  return lines;
}

function problemsOf({ suspicions, unreadable, unreadableCount, verification }: RunRecord): readonly string[] {
  const files = unreadable.slice(0, mostNamed).map(({ path, reason }) => `could not be read: ${path} (${reason})`);
  const more = unreadableCount - files.length;
  return [
    ...suspicions.slice(0, mostNamed),
    ...(verification?.ok === false ? verification.problems.slice(0, mostNamed) : []),
    ...files,
    ...(more > 0 && files.length > 0 ? [`and ${counted(more, 'more file')}`] : []),
  ];
}

function nodesOf({ report }: RunRecord): readonly string[] {
  if (report?.kind !== 'chain') return [];
  return report.nodes.map(({ node, outcome }) => `${node}: ${outcome}`);
}

const counted = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`;
