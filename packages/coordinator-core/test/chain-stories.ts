import { runOutcomes } from '@umbracore/contracts';
import type { ChainEdge, ChainJobDefinition, ChainNode, EdgeCondition, RunOutcome } from '@umbracore/contracts';
import { aChain } from '@umbracore/testkit';
import * as fc from 'fast-check';
import type { ChainGraph } from '../src/chain/graph.ts';
import { chainProblems } from '../src/chain/problems.ts';
import { walk } from '../src/chain/walk.ts';
import type { NodeState } from '../src/chain/walk.ts';

const conditions: readonly EdgeCondition[] = [
  'success',
  'success',
  'warning',
  'failure',
  'skipped',
  'always',
  'changed',
];
const fates: readonly RunOutcome[] = [...runOutcomes, 'succeeded', 'succeeded', 'succeeded'];

/** What becomes of each node if it is started. */
export type Fates = ReadonlyMap<string, { readonly state: RunOutcome; readonly changed: boolean }>;

/** A chain, how its nodes end, and two orders of everything that is left to chance. */
export interface Story {
  readonly chain: ChainJobDefinition;
  readonly fates: Fates;
  readonly order: readonly number[];
  readonly otherOrder: readonly number[];
}

const naturals = fc.array(fc.nat(), { minLength: 50, maxLength: 50 });

export function aStory(sizes: { readonly min: number; readonly max: number }, deadlines: boolean): fc.Arbitrary<Story> {
  return fc.integer(sizes).chain((size) => {
    const node = fc.record({
      join: fc.constantFrom('all' as const, 'all' as const, 'any' as const),
      deadlineMs: deadlines
        ? fc.option(fc.integer({ min: 1, max: 20 }), { nil: undefined, freq: 3 })
        : fc.constant(undefined),
      fate: fc.record({ state: fc.constantFrom(...fates), changed: fc.boolean() }),
    });
    const bracket = fc.record({ opener: fc.nat(size - 1), closer: fc.nat(size - 1) });
    const edge = fc.record({ from: fc.nat(size - 1), to: fc.nat(size - 1), on: fc.constantFrom(...conditions) });
    return fc
      .record({
        nodes: fc.array(node, { minLength: size, maxLength: size }),
        edges: fc.array(edge, { maxLength: size * 2 }),
        brackets: fc.array(bracket, { maxLength: 6 }),
        onFailure: fc.constantFrom('stop' as const, 'continue' as const),
        order: naturals,
        otherOrder: naturals,
      })
      .map(({ nodes, edges, brackets, onFailure, order, otherOrder }) => ({
        chain: chainOf(nodes, edges, brackets, onFailure),
        fates: new Map(nodes.map(({ fate }, index) => [`${index}`, fate])),
        order,
        otherOrder,
      }));
  });
}

/** Edges go from the lower number to the higher one; a bracket that would make a problem is left out. */
function chainOf(
  nodes: readonly Pick<ChainNode, 'join' | 'deadlineMs'>[],
  edges: readonly { readonly from: number; readonly to: number; readonly on: EdgeCondition }[],
  brackets: readonly { readonly opener: number; readonly closer: number }[],
  onFailure: ChainJobDefinition['onFailure'],
): ChainJobDefinition {
  const acyclic = edges
    .filter(({ from, to }) => from !== to)
    .map(({ from, to, on }): ChainEdge => ({ from: `${Math.min(from, to)}`, to: `${Math.max(from, to)}`, on }));
  const plain = nodes.map(({ join, deadlineMs }, index): ChainNode => ({
    id: `${index}`,
    job: 'job',
    join,
    deadlineMs,
    closes: undefined,
  }));
  return brackets.reduce(
    (chain, { opener, closer }) => {
      const closes = { closes: `${opener}`, deadlineMs: undefined };
      const tried = {
        ...chain,
        nodes: chain.nodes.map((node) => (node.id === `${closer}` ? { ...node, ...closes } : node)),
      };
      return chainProblems(tried).length === 0 ? tried : chain;
    },
    aChain([], {}, { nodes: plain, edges: acyclic, onFailure }),
  );
}

export interface Told {
  readonly states: ReadonlyMap<string, NodeState>;
  readonly verdict: RunOutcome | undefined;
  /** Every start, with the states at that moment. */
  readonly starts: readonly { readonly node: string; readonly states: ReadonlyMap<string, NodeState> }[];
}

/**
 * Carries a chain out. The numbers decide who ends next, how much of a step is done before the process dies (the next one goes
 * on from what was done), and after how many ends the chain is cancelled.
 */
export function tell(graph: ChainGraph, ends: Fates, order: readonly number[], cancelAfter = Infinity): Told {
  const states = new Map<string, NodeState>(graph.nodes.map(({ id }) => [id, { state: 'waiting' }]));
  const starts: { readonly node: string; readonly states: ReadonlyMap<string, NodeState> }[] = [];
  const most = graph.nodes.length * 4 + 10;
  for (let turn = 0, ended = 0; turn < most; turn++) {
    const chance = order[turn % order.length] ?? 0;
    const step = walk(graph, states, { now: turn, startedAt: 0, cancelled: ended >= cancelAfter });
    const effects = [
      ...step.skip.map(
        ({ node, outcome }) =>
          () =>
            states.set(node, { state: outcome, changed: false }),
      ),
      ...step.start.map((node) => () => {
        starts.push({ node, states: new Map(states) });
        states.set(node, { state: 'running' });
      }),
    ];
    const dies = chance % 3 === 0;
    const done = dies ? chance % (effects.length + 1) : effects.length;
    for (const effect of effects.slice(0, done)) effect();
    if (done < effects.length) continue;
    if (step.verdict !== undefined) return { states, verdict: step.verdict, starts };
    const running = [...states].filter(([, { state }]) => state === 'running').map(([id]) => id);
    const next = running[chance % running.length];
    if (next === undefined) throw new Error('nothing runs, and there is no verdict');
    const cancelled = ended >= cancelAfter && chance % 2 === 0;
    states.set(
      next,
      cancelled ? { state: 'cancelled', changed: false } : (ends.get(next) ?? { state: 'failed', changed: false }),
    );
    ended += 1;
  }
  return { states, verdict: undefined, starts };
}
