import type { Clock } from '@umbracore/contracts';
import { timestamp, type StatusDocument } from '@umbracore/runtime/documents';
import type { StatusFlags } from '../commands/status.ts';
import { printable } from '../output/printable.ts';
import { colouredSign } from '../output/standing.ts';
import type { Session } from '../session.ts';
import { answerStatus, type Standings } from './answer-status.ts';
import { shownStanding } from './show-status.ts';

const lookEveryMs = 2000;
const topAndClear = '\u001b[H\u001b[J';

/** Looks again and again until a signal ends the process: on a terminal drawn over, elsewhere a line for each change. */
export async function watchStatus(
  session: Session,
  {
    clock,
    look,
    flags,
  }: { readonly clock: Clock; readonly look: () => Promise<Standings>; readonly flags: StatusFlags },
): Promise<never> {
  // Nothing is under way here that would have to be ended cleanly.
  session.interrupt.release();
  const animated = session.stdout.isTerminal && session.env['TERM'] !== 'dumb' && session.globals.plain !== true;
  let known: ReadonlyMap<string, string> = new Map();
  for (;;) {
    const standings = await look();
    const now = new Map(standings.jobs.map((job) => [keyOf(job), stateOf(job)]));
    const changed = standings.jobs.filter((job) => known.get(keyOf(job)) !== stateOf(job));
    if (session.json) {
      if (changed.length > 0) answerStatus(session, standings, flags);
    } else if (animated) {
      session.stdout.write(topAndClear);
      answerStatus(session, standings, flags);
    } else for (const job of changed) session.say(changeText(session, job));
    known = now;
    await clock.sleep(lookEveryMs);
  }
}

const keyOf = ({ job, repository }: StatusDocument): string => `${job}\n${repository ?? ''}`;

/** What makes a line: how it stands, why, and how the last attempt stands. */
const stateOf = ({ protection, standing, reasons, lastAttempt }: StatusDocument): string =>
  JSON.stringify([protection, standing, reasons, lastAttempt?.id, lastAttempt?.state]);

function changeText(session: Session, status: StatusDocument): string {
  const { job, repository, protection, reason, lastAttempt } = status;
  const { arrow, none } = session.signs;
  const sign = colouredSign(session, shownStanding(status));
  const where = repository === null ? '' : ` ${arrow} ${repository}`;
  const attempt = lastAttempt === null ? 'never ran' : `last run ${lastAttempt.state}`;
  const why = reason === null ? '' : printable(reason.split('\n')[0] ?? '');
  const told = [...new Set([protection ?? none, attempt, why])].filter(Boolean);
  return `${timestamp(session.now())}  ${sign} ${job}${where}  ${told.join(', ')}`;
}
