import { isTerminal, nodeOf, runOutcomes } from '@umbracore/contracts';
import type { JobId, RunId, RunOptions, RunOutcome, RunPlan, RunRecord, StepRecord } from '@umbracore/contracts';
import type { Recoverer } from '../recovery.ts';
import { carryNode, dismiss } from './carry-node.ts';
import type { ChainGraph } from './graph.ts';
import { hasChanged } from './has-changed.ts';
import type { NodeState } from './walk.ts';

/** What a chain needs from the coordinator that carries it out. */
export interface NodeRuns {
  /** What is to be done for each repository of the job. Throws `usage.unknown-job` and `usage.unknown-repository`. */
  plans(job: JobId, options: RunOptions): readonly RunPlan[];
  /** Runs were recorded that are to be started. */
  recorded(runs: readonly RunRecord[]): void;
  /**
   * Carries a recorded run to its end, or waits for whoever does. Rejects if the store refuses, or with the signal's reason,
   * which ends waiting and never work.
   */
  carry(run: RunId, signal: AbortSignal): Promise<void>;
  /** Resolves once the wish is on record. A run that nobody has begun is skipped. */
  cancel(run: RunId, reason: string): Promise<void>;
}

/** A node with what the store knows of it. */
export interface KnownNode {
  readonly state: NodeState;
  /** In the order of the repositories of its job. */
  readonly runs: readonly RunRecord[];
  /** Why there is no run of it, although it was its turn. */
  readonly trouble: string | undefined;
}

/** The runs of nodes as a coordinator carries them out. */
export const nodeRunsOf = (recoverer: Recoverer, plans: NodeRuns['plans']): NodeRuns => ({
  plans,
  recorded: (runs) => recoverer.recorded(runs),
  carry: (run, signal) => carryNode(recoverer, run, signal),
  async cancel(run, reason) {
    const because = { code: 'chain', text: 'The chain was cancelled', alsoStandsFor: null } as const;
    if (await dismiss(recoverer, run, { outcome: 'skipped', because })) return;
    await recoverer.cancel(run, reason);
  },
});

/** The nodes of a chain run, from the runs that it asked for and its own steps. */
export function knownNodes(
  graph: ChainGraph,
  chainRun: RunId,
  runs: readonly RunRecord[],
  steps: readonly StepRecord[],
): ReadonlyMap<string, KnownNode> {
  const byNode = new Map<string, RunRecord[]>();
  for (const run of runs) {
    const node = run.parent === chainRun ? nodeOf(run) : undefined;
    if (node === undefined) continue;
    byNode.set(node, [...(byNode.get(node) ?? []), run]);
  }
  const troubles = new Map(steps.filter(({ kind }) => kind === 'node').map(({ detail }) => [detail['node'], detail]));
  return new Map(
    graph.nodes.map(({ id }): [string, KnownNode] => {
      const trouble = troubles.get(id);
      const of = (byNode.get(id) ?? []).toSorted(byRepository);
      if (trouble === undefined) return [id, { state: stateOf(of), runs: of, trouble: undefined }];
      const state = { state: outcomeOf(trouble['outcome']), changed: false };
      return [id, { state, runs: of, trouble: String(trouble['trouble']) }];
    }),
  );
}

function byRepository(a: RunRecord, b: RunRecord): number {
  const { repositories } = a.plan.job;
  return repositories.indexOf(a.repository) - repositories.indexOf(b.repository);
}

/** Of several runs the worst; those that were not started count if none was. */
function stateOf(runs: readonly RunRecord[]): NodeState {
  if (runs.length === 0) return { state: 'waiting' };
  const outcomes = runs.map(({ state }) => state).filter((state) => isTerminal(state));
  if (outcomes.length < runs.length) return { state: 'running' };
  const worst = worstFirst.find((outcome) => outcomes.includes(outcome)) ?? 'failed';
  return { state: worst, changed: runs.some(hasChanged) };
}

const outcomeOf = (word: unknown): RunOutcome => runOutcomes.find((outcome) => outcome === word) ?? 'failed';

const worstFirst: readonly RunOutcome[] = ['failed', 'cancelled', 'warning', 'succeeded', 'missed', 'skipped'];
