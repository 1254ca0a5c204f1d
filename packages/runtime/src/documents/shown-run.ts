import type { RunId, RunRecord, StateStore } from '@umbracore/contracts';
import { standingRunDocument, stepDocument } from './run-document.ts';

/**
 * One run with its steps, as `umbra.run/1`; of a chain also the ids of the runs that it asked for, in that order. `leftBehind`: the
 * runs that nobody works on any more.
 */
export async function shownRunDocument(store: StateStore, run: RunRecord, leftBehind: ReadonlySet<RunId>) {
  const steps = await store.steps(run.id);
  const runs = run.plan.job.kind === 'chain' ? await store.runs({ parent: run.id }) : [];
  return {
    run: standingRunDocument(run, leftBehind),
    steps: steps.map(stepDocument),
    runs: runs.map(({ id }) => id).reverse(),
  };
}
