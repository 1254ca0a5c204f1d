import type { CatchUpProgress } from '@umbracore/runtime';
import type { Session } from '../session.ts';

/** For the first time there may be much to take in, and a person would wonder. */
export function drawFilling(session: Session, repository: string, { done, total }: CatchUpProgress): void {
  if (total < 2 || !session.stderr.isTerminal || session.json || session.verbosity < 0) return;
  const line = `The catalog of ${repository} takes in snapshot ${done + 1} of ${total}`;
  session.stderr.draw(done < total ? [line] : []);
}
