import type { RequestDocument } from '@umbracore/daemon';
import type { RunDocument } from '@umbracore/runtime/documents';
import { outcomeWord } from '../output/standing.ts';
import { titleOf } from '../progress/sentences.ts';
import type { Session } from '../session.ts';

/** The runs that were asked to end, as they ended, and what comes of the requests that they were of. */
export interface Cancelled {
  readonly runs: readonly RunDocument[];
  /** What begins all the same. */
  readonly follow: RequestDocument['follow'];
  /** What would have begun after them, and does not any more. */
  readonly dropped: RequestDocument['follow'];
}

/** Says how the runs ended that were asked to end. */
export function answerCancel(session: Session, { runs, follow, dropped }: Cancelled): void {
  if (session.json) return session.document('cancel', { runs, follow, dropped });
  for (const { id, state } of runs) {
    if (session.verbosity >= 0 || state !== 'cancelled') session.say(`${id}  ${outcomeWord(state)}`);
  }
  if (session.verbosity < 0) return;
  const { signs, stdout } = session;
  for (const next of dropped)
    session.say(`${signs.none} ${titleOf(next, signs, stdout.style)}  does not begin any more`);
  for (const next of follow) session.say(`${signs.none} ${titleOf(next, signs, stdout.style)}  follows`);
}
