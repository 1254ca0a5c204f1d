import { UmbraError, type PathChange, type SnapshotDiff } from '@umbracore/contracts';
import { isAtOrBelow } from '@umbracore/restore';
import type { FoundPair } from '../refs/find-pair.ts';
import { changesInCatalog } from './changes-in-catalog.ts';
import type { ReachOptions } from './known-snapshots.ts';

export interface DiffQuestion {
  /** Only there and below. */
  readonly path: string | undefined;
  /** Also what has other times or rights only. */
  readonly metadata: boolean;
  /** Also how much data came and went, which takes the engine. */
  readonly bytes: boolean;
  /** Leaves it where the engine would have to be asked: throws `state.busy`. */
  readonly catalogOnly?: boolean | undefined;
  /** Is given the changes as they are found; the next ones come when it is done with these. */
  readonly take: (some: readonly PathChange[]) => void | Promise<void>;
}

/** Data that only the later or only the earlier snapshot has; null if that was not looked at. */
export interface DiffBytes {
  readonly addedBytes: number | null;
  readonly removedBytes: number | null;
}

const unknown: DiffBytes = { addedBytes: null, removedBytes: null };

/**
 * What differs between two snapshots: by the catalog where it says what the engine would say, else by the engine. Throws
 * `repository.unreachable` where only the engine could tell, and cannot be asked.
 */
export async function compareSnapshots(
  pair: FoundPair,
  question: DiffQuestion,
  { signal }: ReachOptions = {},
): Promise<DiffBytes> {
  const { from, to, backend } = pair;
  const { path, metadata } = question;
  const take = (some: readonly PathChange[]): void | Promise<void> =>
    question.take(path === undefined ? some : some.filter((change) => isAtOrBelow(change.path, path)));
  const changes = wantedOfCatalog(pair, question);
  if (changes !== undefined) {
    await take(changes.filter(({ change }) => metadata || change !== 'metadata'));
    return unknown;
  }
  if (backend === undefined) throw beyondCatalog(pair);
  if (question.catalogOnly === true) throw notQuick(pair);
  const { addedBytes, removedBytes }: SnapshotDiff = await backend.diff(from.id, to.id, { signal, metadata, take });
  return path === undefined ? { addedBytes, removedBytes } : unknown;
}

const notQuick = ({ repository: { name } }: FoundPair): UmbraError =>
  new UmbraError('state.busy', `the catalog of ${name} cannot say all that is wanted to know`, {
    hint: 'Ask without catalogOnly: the engine compares them.',
  });

const beyondCatalog = ({ repository: { name } }: FoundPair): UmbraError =>
  new UmbraError('repository.unreachable', `${name} is out of reach, and its catalog cannot compare these two`, {
    hint: 'It compares snapshots of one job on one machine; the others when the repository is there again.',
  });

/** Undefined if the engine is to be asked, which alone knows how many bytes two snapshots do not share. */
function wantedOfCatalog(pair: FoundPair, { path, metadata, bytes }: DiffQuestion): readonly PathChange[] | undefined {
  const isWhole = path === undefined;
  if (pair.backend !== undefined && isWhole && (metadata || bytes)) return undefined;
  const known = changesInCatalog(pair, pair.from.id, pair.to.id);
  const isEnough = pair.backend === undefined || (isWhole ? known?.isExact : known?.isComplete);
  return isEnough === true ? known?.changes : undefined;
}
