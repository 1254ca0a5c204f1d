import {
  unknownProgress,
  type Operation,
  type Repositories,
  type RepositoryDefinition,
  type RepositoryFacts,
  type RunId,
  type StateStore,
} from '@umbracore/contracts';
import { runsIn } from '@umbracore/coordinator-core';
import { adoptedRuns } from './adopted-runs.ts';
import { countedProgress } from './counted-progress.ts';

export interface Adoption {
  readonly facts: RepositoryFacts;
  readonly snapshots: number;
  /** How many of them came into the history now. */
  readonly adopted: number;
}

/** So many are recorded in one step: others write to the store in between. */
const atOnce = 500;

/**
 * Opens a repository that exists, and records its snapshots as runs where the history does not know them. Once or a hundred times is
 * the same. Changes nothing in the repository.
 */
export async function adoptRepository(
  { repositories, store }: { readonly repositories: Repositories; readonly store: StateStore },
  definition: RepositoryDefinition,
  operation: Operation = {},
): Promise<Adoption> {
  const { signal, report } = operation;
  report?.({ ...unknownProgress, phase: 'scanning' });
  // How far its parts are is no part of how far this is.
  const parts: Operation = { ...operation, report: undefined };
  const facts = await repositories.adopt(definition, parts);
  const backend = await repositories.backend(definition, signal);
  const snapshots = await backend.snapshots({}, parts);
  const known = new Set<RunId>();
  const made = new Set<string>();
  for await (const { id, repository, snapshot } of runsIn(store, {})) {
    known.add(id);
    if (snapshot !== null && repository === definition.name) made.add(snapshot);
  }
  const runs = adoptedRuns(snapshots, { repository: definition, known, made, random: Math.random });
  for (let at = 0; at < runs.length; at += atOnce) {
    signal?.throwIfAborted();
    report?.(countedProgress('recording', at, runs.length));
    await store.record(runs.slice(at, at + atOnce));
  }
  report?.(countedProgress('recording', runs.length, runs.length));
  return { facts, snapshots: snapshots.length, adopted: runs.length };
}
