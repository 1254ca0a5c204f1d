import type { EventDocument, ProgressDocument, RunDocument } from '@umbracore/runtime/documents';
import { formatDuration } from '../output/durations.ts';
import { printable } from '../output/printable.ts';
import { throttleText } from '../output/throttle-text.ts';
import { formatQuantity, formatShare, formatSize } from '../output/sizes.ts';
import type { Signs } from '../output/signs.ts';
import type { Style } from '../output/colour.ts';

/** All is read at 100 %, but restic still uploads what it holds: that may take a while. */
export const phaseWord = ({ phase, percentage }: Pick<ProgressDocument, 'phase' | 'percentage'>): string =>
  phase === 'uploading' && percentage === 100 ? 'finishing' : phase;

/** A share as people read it; a `~` tells that it goes by an earlier run. */
export const shareText = ({ percentage, estimated }: Pick<ProgressDocument, 'percentage' | 'estimated'>): string =>
  percentage === null ? '' : `${estimated ? '~' : ''}${Math.floor(percentage)} %`;

/** How sentences are put. */
export interface Sentences {
  readonly signs: Signs;
  readonly stderr: { readonly style: Style };
  readonly verbosity: number;
}

/** What an event is worth as a line beside the bar; undefined if nothing. Notes of the engine only when asked for. */
export function eventSentence(
  event: EventDocument,
  { signs, stderr: { style }, verbosity }: Sentences,
  named: boolean,
): string | undefined {
  switch (event.type) {
    case 'run.started': {
      const attempt = event.maxAttempts > 1 ? `  ${style.dim(`attempt ${event.attempt} of ${event.maxAttempts}`)}` : '';
      return `${titleOf(event, signs, style)}${attempt}`;
    }
    case 'run.waiting':
      return `${titleOf(event, signs, style)}  waits for ${event.behind} to end`;
    case 'run.doubted': {
      const { run, pid, host, wait } = event;
      const owner = `process ${pid} on ${printable(host)}`;
      return `${titleOf(event, signs, style)}  whether ${owner} still works on ${run} cannot be seen from here: waits up to ${formatDuration(wait * 1000)} for a sign of life`;
    }
    case 'run.adopted':
      return `${titleOf(event, signs, style)}  found running, followed from here`;
    case 'run.retrying': {
      const waitMs = Date.parse(event.retryAt) - Date.parse(event.time);
      const next = waitMs > 0 ? `in ${formatDuration(waitMs)}` : 'now';
      const reason = printable(event.error.message);
      const title = titleOf(event, signs, style);
      return `${style.yellow(signs.attention)} ${title}  attempt ${event.attempt - 1} failed: ${reason}; next try ${next}`;
    }
    case 'run.cancelling':
      // Our own signals were announced when they came.
      return ['interrupted', 'terminated'].includes(event.reason)
        ? undefined
        : `${titleOf(event, signs, style)}  cancelling: ${printable(event.reason)}`;
    case 'run.throttled': {
      const text = throttleText(event.limits);
      const why = [...event.because, ...event.unapplied].join('; ');
      const what = text === '' ? 'nothing holds it back any more' : `throttled: ${text}`;
      return `${titleOf(event, signs, style)}  ${what}${why === '' ? '' : style.dim(`  ${printable(why)}`)}`;
    }
    case 'run.note':
      if (event.attention)
        return `${style.yellow(signs.attention)} ${titleOf(event, signs, style)}  ${printable(event.line)}`;
      return verbosity >= 2 ? style.dim(`  ${named ? `${whatRuns(event)}  ` : ''}${printable(event.line)}`) : undefined;
    case 'locks.healed':
      return `${style.yellow(signs.attention)} ${formatQuantity(event.locks.length, 'lock')} of a dead run removed from ${event.repository}`;
    case 'state.alarm':
      return `${style.red(signs.bad)} ${printable(event.alarm.message)} ${printable(event.alarm.hint)}`;
    case 'job.stale':
    case 'schedule.repaired':
      return `${style.yellow(signs.attention)} ${style.bold(event.job)}  ${printable(event.text)}`;
    case 'job.recovered':
      return `${style.green(signs.good)} ${style.bold(event.job)}  ${printable(event.text)}`;
    case 'config.refused':
      return `${style.red(signs.bad)} the new configuration was refused: ${printable(event.error.message)}`;
    case 'clock.jumped':
      return `the clock moved by ${formatDuration(Math.abs(event.byMs))} ${event.byMs < 0 ? 'back' : 'ahead'}`;
    case 'config.reloaded':
    case 'run.queued':
    case 'run.progress':
    case 'run.verified':
    case 'run.finished':
    // What is no run has a view of its own.
    case 'restore.begun':
    case 'restore.progress':
    case 'restore.finished':
    case 'restore.stopped':
    case 'restore.undone':
    case 'work.begun':
    case 'work.progress':
    case 'work.finished':
      return undefined;
  }
}

/** What runs: a job, and in a chain its node, unless that has the name of its job. */
export function whatRuns({ job, node }: Runs): string {
  // Older daemons know no nodes.
  if (typeof node !== 'string' || node === job) return job;
  return node.startsWith(`${job}#`) ? node : `${node} (${job})`;
}

/** The same, and where it works if it works on a repository. */
export function titleOf(run: Runs & Pick<RunDocument, 'repository'>, { arrow }: Signs, { bold }: Style): string {
  const what = bold(whatRuns(run));
  return run.repository === null ? what : `${what} ${arrow} ${run.repository}`;
}

type Runs = Pick<RunDocument, 'job'> & { readonly node?: string | null };

/** The numbers of a progress report, most telling first: share, speed, time left, files. Unknown ones are left out. */
export function progressNumbers(progress: ProgressDocument): string[] {
  const { bytesProcessed, bytesTotal, filesProcessed, bytesPerSecond, eta } = progress;
  const amount = bytesTotal === null ? formatSize(bytesProcessed) : formatShare(bytesProcessed, bytesTotal);
  // A check has no amounts, and the check after a backup still has those of the backup.
  if (
    progress.phase === 'verifying' ||
    progress.phase === 'upgrading' ||
    (bytesProcessed === 0 && filesProcessed === 0)
  )
    return [];
  if (progress.phase === 'recording' || progress.phase === 'indexing') {
    return [`${filesProcessed} of ${formatQuantity(progress.filesTotal ?? filesProcessed, 'snapshot')}`];
  }
  if (progress.phase === 'examining') return [`${filesProcessed} of ${progress.filesTotal ?? filesProcessed}`];
  // What is counted in folders alone has no amount.
  const numbers = bytesProcessed === 0 && bytesTotal === null ? [] : [amount];
  // While the last of it is sent nothing more is read.
  const isReading = bytesPerSecond !== 0 || phaseWord(progress) !== 'finishing';
  if (bytesPerSecond !== null && isReading) numbers.push(`${formatSize(bytesPerSecond)}/s`);
  if (eta !== null && eta > 0) numbers.push(`left ${timeLeft(eta)}`);
  numbers.push(formatQuantity(filesProcessed, 'file'));
  return numbers;
}

/** Whole seconds: tenths would only flicker. */
const timeLeft = (seconds: number): string =>
  seconds < 10 ? `${Math.max(1, Math.round(seconds))} s` : formatDuration(Math.round(seconds) * 1000);
