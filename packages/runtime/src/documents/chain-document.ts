import type { ChainJobDefinition, Instant, RunRecord, RunState } from '@umbracore/contracts';
import { chainSteps } from '@umbracore/coordinator-core';
import { isDryRun, runExitCode } from './run-document.ts';
import { timestamp, timestampOrNull } from './timestamp.ts';

/** A chain in a list of them. */
export const chainOverview = (chain: ChainJobDefinition, next: Instant | undefined) => ({
  id: chain.id,
  description: chain.description,
  enabled: chain.enabled,
  onFailure: chain.onFailure,
  schedules: chain.schedules.map(({ text }) => text),
  after: [...new Set((chain.after ?? []).map((edge) => edge.job))],
  nextRun: timestampOrNull(next),
  steps: chain.nodes.length,
});

export interface ChainStanding {
  readonly next: Instant | undefined;
  readonly last: RunRecord | undefined;
  /** How the nodes of the last run stand. */
  readonly outcomes: ReadonlyMap<string, RunState>;
  /** The nodes among them, and the last run itself, that have not ended and that nobody works on any more. */
  readonly left: { readonly run: boolean; readonly nodes: ReadonlySet<string> };
}

/** A chain with its graph and its last run. */
export function chainDocument(chain: ChainJobDefinition, { next, last, outcomes, left }: ChainStanding) {
  const nodes = new Map(chain.nodes.map((node) => [node.id, node]));
  return {
    ...chainOverview(chain, next),
    nodes: chainSteps(chain).map(({ id, stage }) => {
      const node = nodes.get(id);
      const deadline = node?.deadlineMs;
      return {
        id,
        job: node?.job ?? id,
        stage,
        join: node?.join ?? 'all',
        closes: node?.closes ?? null,
        deadline: deadline === undefined ? null : deadline / 1000,
        lastState: outcomes.get(id) ?? null,
        leftBehind: left.nodes.has(id),
      };
    }),
    edges: chain.edges.map(({ from, to, on }) => ({ from, to, on })),
    lastRun: last === undefined ? null : lastRunDocument(last, left.run),
  };
}

const lastRunDocument = (run: RunRecord, leftBehind: boolean) => ({
  id: run.id,
  state: run.state,
  leftBehind,
  dryRun: isDryRun(run),
  queuedAt: timestamp(run.queuedAt),
  startedAt: timestampOrNull(run.startedAt),
  finishedAt: timestampOrNull(run.finishedAt),
  exitCode: runExitCode(run),
});
