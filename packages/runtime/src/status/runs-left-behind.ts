import {
  isTerminal,
  type Instant,
  type ProcessTable,
  type RunId,
  type RunRecord,
  type StateStore,
} from '@umbracore/contracts';
import { isLeftBehind } from './gather.ts';

/** What is needed to say whether anybody works on a run. */
export interface LeftSources {
  readonly store: Pick<StateStore, 'open'>;
  readonly processTable: ProcessTable;
}

/** Those of these runs that have not ended, and that nobody works on any more. */
export async function runsLeftBehind(
  { store, processTable }: LeftSources,
  runs: readonly RunRecord[],
  now: Instant,
): Promise<ReadonlySet<RunId>> {
  return runs.every(({ state }) => isTerminal(state)) ? new Set() : await allLeftBehind({ store, processTable }, now);
}

/** All runs that have not ended, and that nobody works on any more. */
export async function allLeftBehind({ store, processTable }: LeftSources, now: Instant): Promise<ReadonlySet<RunId>> {
  const left = (await store.open()).filter((each) => isLeftBehind(processTable, each, now));
  return new Set(left.map(({ run }) => run.id));
}
