import { UmbraError } from '@umbracore/contracts';
import type { RunOutcome, RunReport } from '@umbracore/contracts';
import { emptyEnd } from '../run-state.ts';
import type { RunEnd } from '../run-state.ts';
import type { ChainGraph } from './graph.ts';
import type { KnownNode } from './node-runs.ts';

/** How a chain run ends whose nodes have all ended. `cause` is what ended it early. */
export function chainEnd(
  graph: ChainGraph,
  known: ReadonlyMap<string, KnownNode>,
  verdict: RunOutcome,
  cause: UmbraError | undefined,
): RunEnd {
  const nodes = graph.nodes.flatMap(({ id }) => {
    const node = known.get(id);
    return node === undefined ? [] : [{ id, ...node, outcome: outcomeOf(node) }];
  });
  const report: RunReport = {
    kind: 'chain',
    nodes: nodes
      .toSorted((a, b) => endOf(a) - endOf(b))
      .map(({ id, outcome, runs }) => ({ node: id, outcome, runs: runs.map((run) => run.id) })),
  };
  const outcome = cause?.code === 'run.deadline' ? 'failed' : verdict;
  const end = { ...emptyEnd(outcome, null), report };
  switch (outcome) {
    case 'succeeded':
      return end;
    case 'cancelled':
      return { ...end, error: (cause ?? new UmbraError('run.cancelled', 'The chain was cancelled')).toRecord() };
    case 'failed':
      return { ...end, error: (cause ?? failureOf(nodes)).toRecord() };
    case 'warning':
      return { ...end, suspicions: nodes.filter(isDoubtful).map(told) };
    case 'skipped':
    case 'missed':
      return { ...end, because: { code: 'chain', text: 'None of its steps was started', alsoStandsFor: null } };
  }
}

interface EndedNode extends KnownNode {
  readonly id: string;
  readonly outcome: RunOutcome;
}

function failureOf(nodes: readonly EndedNode[]): UmbraError {
  const failed = nodes.filter(({ outcome }) => outcome === 'failed' || outcome === 'cancelled');
  const [run] = failed.flatMap(({ runs }) => runs.filter(({ state }) => state === 'failed' || state === 'cancelled'));
  return new UmbraError('chain.failed', failed.map(told).join('; '), {
    hint: run === undefined ? 'Correct the chain, then run it again.' : `Look at it with \`umbra show ${run.id}\`.`,
    context: { nodes: failed.map(({ id }) => id) },
  });
}

const isDoubtful = ({ outcome }: EndedNode): boolean => outcome !== 'succeeded' && outcome !== 'skipped';

function told({ id, outcome, trouble, runs }: EndedNode): string {
  const error = trouble ?? runs.map((run) => run.error?.message).find((message) => message !== undefined);
  const why = error === undefined ? '' : `: ${error}`;
  return `"${id}" ${words[outcome]}${why}`;
}

const words: Readonly<Record<RunOutcome, string>> = {
  succeeded: 'succeeded',
  warning: 'ended with a warning',
  failed: 'failed',
  cancelled: 'was cancelled',
  skipped: 'was skipped',
  missed: 'was not started in time',
};

const outcomeOf = ({ state: { state } }: KnownNode): RunOutcome =>
  state === 'waiting' || state === 'running' ? 'failed' : state;

const endOf = ({ runs }: KnownNode): number => Math.max(0, ...runs.map(({ finishedAt }) => finishedAt ?? 0));
