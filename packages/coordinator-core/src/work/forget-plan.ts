import { isTerminal, runOfTags } from '@umbracore/contracts';
import type { ForgetDecision, ForgetPlan, RunId, Snapshot, StateStore } from '@umbracore/contracts';

/**
 * What the history says of the run that made a snapshot. `good` is also what nobody knows anything about: a history that was
 * lost must not make everything doubtful.
 */
export type Reputation = 'good' | 'doubtful' | 'open';

/** By snapshot id. */
export async function reputations(
  store: StateStore,
  snapshots: readonly Snapshot[],
): Promise<ReadonlyMap<string, Reputation>> {
  const known = new Map<string, Reputation>();
  for (const { id, tags } of snapshots) {
    const run = runOfTags(tags);
    known.set(id, run === undefined ? 'good' : await reputationOf(store, run));
  }
  return known;
}

async function reputationOf(store: StateStore, id: RunId): Promise<Reputation> {
  const run = await store.run(id);
  if (run === undefined || run.state === 'succeeded') return 'good';
  return isTerminal(run.state) ? 'doubtful' : 'open';
}

/**
 * The plan for all snapshots, in which those of doubtful runs take no good one's place: a good snapshot stays if the policy
 * keeps it among all of them or among the good ones alone. A snapshot whose run is still open stays.
 */
export function planWithoutDoubt(
  snapshots: readonly Snapshot[],
  known: ReadonlyMap<string, Reputation>,
  plan: (snapshots: readonly Snapshot[]) => ForgetPlan,
): ForgetPlan {
  const good = snapshots.filter(({ id }) => known.get(id) === 'good');
  const amongGood = new Map(plan(good).map((decision) => [decision.snapshot, decision]));
  return plan(snapshots).map((decision) => {
    const alone = amongGood.get(decision.snapshot);
    if (!decision.keep && alone?.keep === true) return withReasons(alone, 'among the snapshots of good runs');
    if (!decision.keep && known.get(decision.snapshot) === 'open') {
      return { ...decision, keep: true, reasons: ['its run has not ended'] };
    }
    return decision;
  });
}

const withReasons = (decision: ForgetDecision, where: string): ForgetDecision => ({
  ...decision,
  reasons: decision.reasons.map((reason) => `${reason} ${where}`),
});
