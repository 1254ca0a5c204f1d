import type { DiffDocument } from '@umbracore/runtime/documents';
import { tellAge } from '../refs/tell-age.ts';
import type { Session } from '../session.ts';
import { textTeller } from './text-teller.ts';
import { tellPair } from './tell-pair.ts';

/** Shows a comparison that the daemon made. */
export function answerDiff(session: Session, document: DiffDocument): void {
  if (session.json) return session.document('diff', document);
  const { repository, from, to, asOf, path, changes, summary } = document;
  if (asOf !== null) tellAge(session, repository, Date.parse(asOf));
  const [before, after] = [from, to].map(({ snapshot, time }) => ({ id: snapshot, time: Date.parse(time) }));
  if (before !== undefined && after !== undefined) tellPair(session, { repository, from: before, to: after, path });
  const teller = textTeller(session);
  if (changes.length > 0) teller.changes(changes);
  const { typeChanged, addedBytes, removedBytes, ...tally } = summary;
  teller.end({ tally: { ...tally, 'type-changed': typeChanged }, addedBytes, removedBytes });
}
