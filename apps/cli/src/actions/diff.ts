import { UmbraError, type Operation, type PathChange } from '@umbracore/contracts';
import { changesInCatalog } from '@umbracore/runtime/history';
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
  const { from, to, asOf } = pair;
  const path = await placeIn(pair, { signal: session.interrupt.signal });
  const { only, metadata = false, bytes = false } = flags;
  const head: DiffHead = { repository: pair.repository.name, from, to, asOf, path, metadata, only };
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
  const known = await compare(session, { pair, path, metadata, bytes, take });
  teller.end({ tally: counter.tally, ...known });
};

interface Comparison {
  readonly pair: FoundPair;
  readonly path: string | undefined;
  readonly metadata: boolean;
  readonly bytes: boolean;
  readonly take: (some: readonly PathChange[]) => Promise<void>;
}

const unknown = { addedBytes: null, removedBytes: null };

/** By the catalog where it says what the engine would say. */
async function compare(session: Session, { pair, path, metadata, bytes, take }: Comparison) {
  const { from, to, backend } = pair;
  const changes = wantedOfCatalog({ pair, path, metadata, bytes });
  if (changes !== undefined) {
    await take(changes.filter(({ change }) => metadata || change !== 'metadata'));
    return unknown;
  }
  if (backend === undefined) throw beyondCatalog(pair);
  const { signal } = session.interrupt;
  const { addedBytes, removedBytes } = await backend.diff(from.id, to.id, { signal, metadata, take });
  return path === undefined ? { addedBytes, removedBytes } : unknown;
}

const beyondCatalog = ({ repository: { name } }: FoundPair): UmbraError =>
  new UmbraError('repository.unreachable', `${name} is out of reach, and its catalog cannot compare these two`, {
    hint: 'It compares snapshots of one job on one machine; the others when the repository is there again.',
  });

/** Undefined if the engine is to be asked, which alone knows how many bytes two snapshots do not share. */
function wantedOfCatalog({ pair, path, metadata, bytes }: Omit<Comparison, 'take'>): readonly PathChange[] | undefined {
  const isWhole = path === undefined;
  if (pair.backend !== undefined && isWhole && (metadata || bytes)) return undefined;
  const known = changesInCatalog(pair, pair.from.id, pair.to.id);
  const isEnough = pair.backend === undefined || (isWhole ? known?.isExact : known?.isComplete);
  return isEnough === true ? known?.changes : undefined;
}

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
async function placeIn(pair: FoundPair, operation: Operation): Promise<string | undefined> {
  const { from, to, path } = pair;
  if (path === undefined) return undefined;
  const place = await placeOf(pair, [to, from], path, operation);
  if (place !== undefined) return place;
  throw new UmbraError('snapshot.absent', `the snapshots ${from.shortId} and ${to.shortId} have no ${path}`, {
    hint: `See what they have: umbra ls ${to.shortId}`,
  });
}
