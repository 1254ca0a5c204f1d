import type { RunDocument } from '@umbracore/runtime/documents';
import { formatDuration } from '../output/durations.ts';
import { printable } from '../output/printable.ts';
import { becauseText, reportText } from '../output/report-text.ts';
import { readText } from '../output/coverage-text.ts';
import { formatCount, formatQuantity, formatSize } from '../output/sizes.ts';
import { titleOf, whatRuns } from '../progress/sentences.ts';
import type { Session } from '../session.ts';

const listed = 3;

/** How a run ended, for people: good news on standard output, a failure on standard error. `named`: whose a line is is said. */
export function tellRun(session: Session, run: RunDocument, named = false): void {
  if (session.json) return;
  tellHooks(session, run);
  if (run.state === 'failed' || run.state === 'cancelled') return tellFailure(session, run);
  if (session.verbosity < 0 && run.state === 'succeeded') return;
  const { style } = session.stdout;
  const { signs } = session;
  const title = titleOf(run, signs, style);
  const prefix = named ? `${title}  ` : '';
  if (run.state === 'succeeded' || run.state === 'warning') {
    // What a backup saved is good, whatever was left out; of other kinds nothing more is known.
    const isGood = run.state === 'succeeded' || run.kind === 'backup';
    const sign = isGood ? style.green(signs.good) : style.yellow(signs.attention);
    session.say(`${sign} ${run.kind === 'backup' ? prefix : `${title}  `}${doneText(run)}`);
  } else session.say(`${signs.none} ${title}  ${run.state}${whyText(run)}`);
  tellVerification(session, run, prefix);
  if (run.state === 'warning') tellWarning(session, run, prefix);
}

/** What hooks did not do is a matter of its own, whatever became of the run. */
function tellHooks(session: Session, run: RunDocument): void {
  const { style } = session.stderr;
  for (const problem of run.hookFailures)
    session.stderr.line(`${style.yellow(session.signs.attention)} ${whatRuns(run)}  ${printable(problem)}`);
}

function doneText(run: RunDocument): string {
  const took = run.duration === null ? '' : `, ${formatDuration(run.duration * 1000)}`;
  if (run.kind === 'backup') return savedText(run, took);
  const dry = run.dryRun ? 'dry run: ' : '';
  return `${dry}${run.report === null ? 'done' : reportText(run.report, run.dryRun)}${took}`;
}

function whyText({ because, error }: RunDocument): string {
  if (because !== null) return `: ${printable(becauseText(because))}`;
  return error === null ? '' : `: ${printable(error.message)}`;
}

function savedText(run: RunDocument, took: string): string {
  const { stats } = run;
  const what = run.snapshot === null ? (run.dryRun ? 'dry run' : 'done') : `snapshot ${run.snapshot.slice(0, 8)}`;
  if (run.report?.kind === 'backup' && run.report.unchangedSince !== null)
    return `${what}  nothing changed since${took}`;
  if (stats === null) return `${what}${took}`;
  const { filesNew, filesChanged, bytesAdded, filesProcessed, bytesProcessed } = stats;
  const total = `${formatQuantity(filesProcessed, 'file')}, ${formatSize(bytesProcessed)}`;
  const moved = filesNew + filesChanged;
  const news = moved === 0 ? 'no file changed' : newsText(filesNew, filesChanged, bytesAdded);
  return `${what}  ${news}; ${total} in all${took}`;
}

function newsText(filesNew: number, filesChanged: number, bytesAdded: number): string {
  const changed = filesChanged === 0 ? '' : ` (${formatCount(filesChanged)} changed)`;
  return `+${formatSize(bytesAdded)} new in ${formatQuantity(filesNew + filesChanged, 'file')}${changed}`;
}

function tellVerification(session: Session, { verify }: RunDocument, prefix: string): void {
  if (verify === null) return;
  const { signs, stdout } = session;
  const { level, ok, problems, check } = verify;
  const sign = ok ? stdout.style.green(signs.good) : stdout.style.red(signs.bad);
  const sound = check === null ? 'sound' : `sound, ${readText(check.read)}`;
  session.say(`${sign} ${prefix}verified  ${level}: ${ok ? sound : printable(problems.join('; '))}`);
}

function tellWarning(session: Session, run: RunDocument, prefix: string): void {
  const { signs, stdout } = session;
  const sign = `${stdout.style.yellow(signs.attention)} ${prefix}`;
  const code = `${signs.arrow} exit ${run.exitCode ?? 0}`;
  if (run.unreadableCount > 0) {
    const names = run.unreadable
      .slice(0, listed)
      .map(({ path, reason }) => `${printable(path)} (${printable(reason)})`);
    const more = run.unreadableCount > listed ? `, and ${formatCount(run.unreadableCount - listed)} more` : '';
    session.say(
      `${sign}${formatQuantity(run.unreadableCount, 'file')} could not be read  ${names.join(', ')}${more}  ${code}`,
    );
  }
  for (const suspicion of run.suspicions) session.say(`${sign}${printable(suspicion)}  ${code}`);
  // What could not be read has had its line.
  if (run.error !== null && run.unreadableCount === 0) session.say(`${sign}${printable(run.error.message)}  ${code}`);
  session.say(`  details: umbra show ${run.id}`);
}

function tellFailure(session: Session, run: RunDocument): void {
  const { style } = session.stderr;
  const { signs, stderr } = session;
  const title = titleOf(run, signs, style);
  if (run.state === 'cancelled') {
    stderr.line(`${style.yellow(signs.attention)} ${title}  cancelled; nothing is left behind`);
  } else {
    const tries = run.attempts.length > 1 ? ` after ${run.attempts.length} attempts` : '';
    const code = run.error === null ? '' : style.dim(` [${run.error.code}]`);
    stderr.line(
      `${style.red(signs.bad)} ${title}  failed${tries}: ${printable(run.error?.message ?? 'unknown')}${code}`,
    );
    tellFindings(session, run);
    if (run.error?.hint !== null && run.error?.hint !== undefined) {
      stderr.line(`  ${style.cyan('hint')}: ${printable(run.error.hint)}`);
    }
  }
  stderr.line(`  details: umbra show ${run.id}`);
}

/** What a check found: the first problems, and what to do about them. */
function tellFindings({ stderr }: Session, { report }: RunDocument): void {
  if (report?.kind !== 'check') return;
  const { problems, advice } = report;
  for (const problem of problems.slice(0, listed)) stderr.line(`  ${printable(problem)}`);
  if (problems.length > listed) stderr.line(`  and ${formatCount(problems.length - listed)} more`);
  for (const text of advice) stderr.line(`  ${stderr.style.cyan('advice')}: ${printable(text)}`);
}
