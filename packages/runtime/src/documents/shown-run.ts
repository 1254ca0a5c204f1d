import type { RunRecord, StateStore } from '@umbracore/contracts';
import { runDocument, stepDocument } from './run-document.ts';

/** One run with its steps, as `umbra.run/1`; of a chain also the ids of the runs that it asked for, in that order. */
export async function shownRunDocument(store: StateStore, run: RunRecord) {
  const steps = await store.steps(run.id);
  const runs = run.plan.job.kind === 'chain' ? await store.runs({ parent: run.id }) : [];
  return { run: runDocument(run), steps: steps.map(stepDocument), runs: runs.map(({ id }) => id).reverse() };
}
