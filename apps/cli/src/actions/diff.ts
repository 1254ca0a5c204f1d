import type { PathChange } from '@umbracore/contracts';
import { documentTeller, type DiffHead, type DiffTeller } from '@umbracore/runtime/documents';
import { compareSnapshots, Counter, isWanted, listedOf, placeInPair } from '@umbracore/runtime/history';
import type { Action } from '../command.ts';
import type { DiffFlags } from '../commands/diff.ts';
import { diffByDaemon } from '../daemon/diff-by-daemon.ts';
import { answerDiff } from '../diff/answer-diff.ts';
import { tellPair } from '../diff/tell-pair.ts';
import { textTeller } from '../diff/text-teller.ts';
import { findPair } from '../refs/find-pair.ts';
import type { Session } from '../session.ts';

export const action: Action<DiffFlags> = async (session, refs, flags) => {
  const { stat = false, metadata = false, bytes = false } = flags;
  const only = listedOf(flags.only, stat);
  const answered = await diffByDaemon(session, refs, flags);
  if (answered !== undefined) return answerDiff(session, answered);
  const pair = await findPair(session, refs, flags);
  const { from, to, asOf } = pair;
  const { signal } = session.interrupt;
  const path = await placeInPair(pair, { signal });
  const head: DiffHead = { repository: pair.repository.name, from, to, asOf, path, metadata, only };
  const teller = tellerOf(session, head);
  const counter = new Counter();
  const take = async (some: readonly PathChange[]): Promise<void> => {
    for (const change of some) counter.add(change);
    const shown = some.filter(({ change }) => isWanted(change, only));
    if (shown.length > 0) teller.changes(shown);
    // A slow reader slows the comparison down, instead of filling the memory.
    await session.stdout.flush();
  };
  const known = await compareSnapshots(pair, { path, metadata, bytes, take }, { signal });
  teller.end({ tally: counter.tally, ...known });
};

function tellerOf(session: Session, head: DiffHead): DiffTeller {
  if (session.json) return documentTeller(head, (text) => session.stdout.write(text));
  tellPair(session, head);
  return textTeller(session);
}
