import { UmbraError, type Operation, type PathChange } from '@umbracore/contracts';
import type { Action } from '../command.ts';
import type { DiffFlags } from '../commands/diff.ts';
import { Counter, isWanted } from '../diff/tally.ts';
import type { DiffTeller } from '../diff/teller.ts';
import { textTeller } from '../diff/text-teller.ts';
import { documentTeller, type DiffHead } from '../documents/diff-document.ts';
import { printable } from '../output/printable.ts';
import { dayTime } from '../output/times.ts';
import { findPair, type FoundPair } from '../refs/find-pair.ts';
import { isAtOrBelow, placeOf } from '../refs/path-inside.ts';
import type { Session } from '../session.ts';

export const action: Action<DiffFlags> = async (session, refs, flags) => {
  const pair = await findPair(session, refs, flags);
  const { from, to, backend } = pair;
  const { signal } = session.interrupt;
  const path = await placeIn(pair, { signal });
  const { only, metadata = false } = flags;
  const head: DiffHead = { repository: pair.repository.name, from, to, path, metadata, only };
  const teller = tellerOf(session, head);
  const counter = new Counter();
  const take = async (some: readonly PathChange[]): Promise<void> => {
    const inside = some.filter((change) => isAtOrBelow(change.path, path));
    for (const change of inside) counter.add(change);
    const shown = inside.filter(({ change }) => isWanted(change, only));
    if (shown.length > 0) teller.changes(shown);
    // A slow reader slows the comparison down, instead of filling the memory.
    await session.stdout.flush();
  };
  const { addedBytes, removedBytes } = await backend.diff(from.id, to.id, { signal, metadata, take });
  const bytes = path === undefined ? { addedBytes, removedBytes } : { addedBytes: null, removedBytes: null };
  teller.end({ tally: counter.tally, ...bytes });
};

function tellerOf(session: Session, head: DiffHead): DiffTeller {
  if (session.json) return documentTeller(head, (text) => session.stdout.write(text));
  const [before, after] = [head.from, head.to].map(
    ({ shortId, time }) => `${shortId} (${dayTime(time, session.now())})`,
  );
  const where = head.path === undefined ? '' : `, ${printable(head.path)}`;
  session.notice(`From ${before} to ${after} in ${head.repository}${where}`);
  return textTeller(session);
}

/** Where the path is that the comparison is confined to. Throws `snapshot.absent` if neither snapshot has it. */
async function placeIn({ backend, from, to, path }: FoundPair, operation: Operation): Promise<string | undefined> {
  if (path === undefined) return undefined;
  const place = await placeOf(backend, [to, from], path, operation);
  if (place !== undefined) return place;
  throw new UmbraError('snapshot.absent', `the snapshots ${from.shortId} and ${to.shortId} have no ${path}`, {
    hint: `See what they have: umbra ls ${to.shortId}`,
  });
}
