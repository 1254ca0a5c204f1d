import type { RunDocument } from '@umbracore/runtime/documents';
import { outcomeWord } from '../output/standing.ts';
import type { Session } from '../session.ts';

/** Says how the runs ended that were asked to end. */
export function answerCancel(session: Session, runs: readonly RunDocument[]): void {
  if (session.json) return session.document('cancel', { runs });
  for (const { id, state } of runs) {
    if (session.verbosity >= 0 || state !== 'cancelled') session.say(`${id}  ${outcomeWord(state)}`);
  }
}
