import type { ChainEdge, ChainJobDefinition, ChainNode, EdgeCondition } from '@umbracore/contracts';
import { aChainJob } from './job-builders.ts';

/**
 * A chain from arrows: `a -> b` (on success), `a -failure-> b`, or `a` for a node alone. Nodes run the job of their name, in the
 * order in which they come up; `nodes` says what else they have.
 */
export function aChain(
  arrows: readonly string[],
  nodes: Readonly<Record<string, Partial<ChainNode>>> = {},
  overrides: Partial<ChainJobDefinition> = {},
): ChainJobDefinition {
  const edges = arrows.flatMap(edgeOf);
  const ids = new Set([...arrows.flatMap((arrow) => arrow.split(arrowSign)), ...Object.keys(nodes)]);
  return aChainJob({
    id: 'nightly',
    nodes: [...ids].map((id) => ({ id, job: id, join: 'all', closes: undefined, deadlineMs: undefined, ...nodes[id] })),
    edges,
    onFailure: 'continue',
    ...overrides,
  });
}

const arrowSign = / -(?:[a-z]+-)?> /;

function edgeOf(arrow: string): readonly ChainEdge[] {
  const match = /^(.*?) -(?:([a-z]+)-)?> (.*)$/.exec(arrow);
  if (match === null) return [];
  const [, from = '', on = 'success', to = ''] = match;
  return [{ from, to, on: on as EdgeCondition }];
}
