import {
  isUmbraError,
  runOfTags,
  type Backend,
  type BackendRepository,
  type BringStep,
  type Operation,
  type Snapshot,
} from '@umbracore/contracts';

/** The repository that has copies. */
export interface CopyHolder {
  readonly backend: Backend;
  readonly repository: BackendRepository;
}

/** The tag of a snapshot that its copy is about to replace. */
const damagedTag = 'umbra-damaged';

interface Pair {
  readonly damaged: Snapshot;
  readonly copy: Snapshot;
}

/** What can be brought back, and what nobody has. Undefined if nothing can. */
export async function planBringing(
  backend: Backend,
  holder: CopyHolder,
  { sound }: { readonly sound: boolean },
  operation: Operation,
): Promise<BringStep | undefined> {
  const { signal } = operation;
  const present = await backend.snapshots({}, { signal });
  // Left behind by a repair that broke off.
  const begun = present.filter(isMarked);
  const found = sound ? { damaged: [], isKnown: true } : await damagedAmong(present, backend, operation);
  const wanted = [...new Set([...begun, ...found.damaged])];
  if (wanted.length === 0) return undefined;
  const pairs = pairsOf(wanted, await holder.backend.snapshots({}, { signal }));
  if (pairs.length === 0) return undefined;
  const ids = new Set(pairs.map(({ damaged }) => damaged.id));
  return {
    type: 'bring',
    from: holder.repository.definition.name,
    snapshots: [...ids],
    lost: found.isKnown ? wanted.flatMap(({ id }) => (ids.has(id) ? [] : [id])) : [],
  };
}

/**
 * Brings the snapshots of a step back. restic passes over a snapshot that is there already, whatever its data lost, so each is marked
 * with a tag first, which makes it another one; then its copy comes, with all data that is missing; then the marked one goes. At no
 * moment there is none of the two, and whoever comes after a crash goes on. Gives what happened, as sentences.
 */
export async function bringBack(
  backend: Backend,
  holder: CopyHolder,
  { snapshots }: BringStep,
  operation: Operation,
): Promise<readonly string[]> {
  const { signal } = operation;
  const wanted = (await backend.snapshots({}, { signal })).filter(({ id }) => snapshots.includes(id));
  const pairs = pairsOf(wanted, await holder.backend.snapshots({}, { signal }));
  const unmarked = pairs.flatMap(({ damaged }) => (isMarked(damaged) ? [] : [damaged.id]));
  if (unmarked.length > 0) await backend.tag(unmarked, [damagedTag], [], operation);
  await backend.copyFrom(
    holder.repository,
    pairs.map(({ copy }) => copy.id),
    operation,
  );
  return await replace(backend, pairs, operation);
}

async function replace(backend: Backend, pairs: readonly Pair[], operation: Operation): Promise<readonly string[]> {
  const now = await backend.snapshots({}, { signal: operation.signal });
  const replaced: string[] = [];
  const lines: string[] = [];
  for (const { damaged } of pairs) {
    const marked = now.find((each) => isMarked(each) && isSame(each, damaged));
    const back = now.find((each) => !isMarked(each) && isSame(each, damaged));
    if (back === undefined || marked === undefined) {
      lines.push(`snapshot ${damaged.shortId} did not come back`);
      continue;
    }
    const id = await withTagsOf(damaged, back, backend, operation);
    replaced.push(marked.id);
    lines.push(`snapshot ${damaged.shortId} is back as ${id.slice(0, 8)}`);
  }
  if (replaced.length > 0) await backend.forget(replaced, operation);
  return lines;
}

/** A pin that came after the copy was made stays a pin. */
async function withTagsOf(
  damaged: Snapshot,
  { id, tags }: Snapshot,
  backend: Backend,
  operation: Operation,
): Promise<string> {
  const wanted = damaged.tags.filter((tag) => tag !== damagedTag);
  const add = wanted.filter((tag) => !tags.includes(tag));
  const remove = tags.filter((tag) => !wanted.includes(tag));
  if (add.length === 0 && remove.length === 0) return id;
  return (await backend.tag([id], add, remove, operation)).get(id) ?? id;
}

/** Where an engine cannot tell which are damaged, any of them may be. */
async function damagedAmong(
  present: readonly Snapshot[],
  backend: Backend,
  operation: Operation,
): Promise<{ readonly damaged: readonly Snapshot[]; readonly isKnown: boolean }> {
  try {
    const { snapshots } = await backend.repair({ type: 'snapshots', dryRun: true }, operation);
    if (snapshots !== undefined) {
      return { damaged: present.filter(({ id }) => snapshots.some((named) => id.startsWith(named))), isKnown: true };
    }
  } catch (error) {
    if (!isUmbraError(error) || error.code !== 'backend.unsupported') throw error;
  }
  return { damaged: present, isKnown: false };
}

/** Each with a copy that has the same tree: the hash of everything in it. */
const pairsOf = (wanted: readonly Snapshot[], offered: readonly Snapshot[]): readonly Pair[] =>
  wanted.flatMap((damaged) => {
    const copy = offered.find((each) => isSame(each, damaged));
    return copy === undefined ? [] : [{ damaged, copy }];
  });

/** By the first id, or by the run that made it, of which there is one only. */
const isSame = (one: Snapshot, other: Snapshot): boolean =>
  one.tree !== undefined &&
  one.tree === other.tree &&
  ((one.original ?? one.id) === (other.original ?? other.id) ||
    (runOfTags(one.tags) !== undefined && runOfTags(one.tags) === runOfTags(other.tags)));

const isMarked = ({ tags }: Snapshot): boolean => tags.includes(damagedTag);
