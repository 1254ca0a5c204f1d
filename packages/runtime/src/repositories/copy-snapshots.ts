import {
  UmbraError,
  type Backend,
  type Clock,
  type NewCheckReport,
  type Operation,
  type Repositories,
  type RepositoryDefinition,
  type Snapshot,
} from '@umbracore/contracts';
import { copiesIn } from '@umbracore/coordinator-core';
import { checkWhatIsNew } from './check-what-is-new.ts';

export interface SnapshotCopies {
  /** By their ids. */
  readonly copies: readonly { readonly original: string; readonly copy: string }[];
  /** What the check of what is new in the target found; undefined where nobody can tell what is new. */
  readonly check: NewCheckReport | undefined;
}

export interface CopyQuestion {
  readonly from: RepositoryDefinition;
  readonly to: RepositoryDefinition;
  /** Full ids. */
  readonly snapshots: readonly string[];
}

/**
 * Copies single snapshots, whoever made them, and reads back what came. Those that are there already are left as they are. Throws
 * `snapshot.absent` before anything is copied if the source does not have one of them.
 */
export async function copySnapshots(
  { repositories, clock }: { readonly repositories: Repositories; readonly clock: Clock },
  { from, to, snapshots }: CopyQuestion,
  operation: Operation = {},
): Promise<SnapshotCopies> {
  if (from.name === to.name) {
    throw new UmbraError('usage.invalid', `${to.name} cannot be copied to itself`, {
      hint: 'Name another repository.',
    });
  }
  const { signal } = operation;
  const source = await repositories.backend(from, signal);
  const originals = await wantedIn(source, from.name, snapshots, signal);
  const target = await repositories.backend(to, signal);
  const began = clock.now();
  const copyOf = copiesIn(await target.snapshots({}, { signal }));
  const missing = originals.filter((original) => copyOf(original) === undefined);
  if (missing.length > 0) {
    const origin = await repositories.resolve(from, signal);
    await target.copyFrom(
      origin,
      missing.map(({ id }) => id),
      operation,
    );
  }
  return {
    copies: await found(target, originals, signal),
    check: await checkWhatIsNew(target, { read: 'new', since: began }, operation),
  };
}

async function wantedIn(
  source: Backend,
  name: string,
  ids: readonly string[],
  signal: AbortSignal | undefined,
): Promise<readonly Snapshot[]> {
  const originals = await source.snapshots({ ids }, { signal });
  const absent = ids.find((id) => !originals.some((each) => each.id === id));
  if (absent === undefined) return originals;
  throw new UmbraError('snapshot.absent', `${name} has no snapshot ${absent.slice(0, 8)}`, {
    hint: `See what it has: umbra snapshots --repo ${name}`,
  });
}

async function found(target: Backend, originals: readonly Snapshot[], signal: AbortSignal | undefined) {
  const copyOf = copiesIn(await target.snapshots({}, { signal }));
  return originals.map((original) => {
    const copy = copyOf(original);
    if (copy !== undefined) return { original: original.id, copy: copy.id };
    throw new UmbraError('snapshot.absent', `The engine copied, but snapshot ${original.shortId} has no copy`, {
      hint: 'Check both repositories before you rely on the copy.',
    });
  });
}
