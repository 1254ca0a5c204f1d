import { isTerminal } from '@umbracore/contracts';
import type { ChainJobDefinition, ChainNode } from '@umbracore/contracts';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { graphOf } from '../src/chain/graph.ts';
import type { ChainGraph } from '../src/chain/graph.ts';
import { conditionHolds, walk } from '../src/chain/walk.ts';
import type { NodeState } from '../src/chain/walk.ts';
import { aStory, tell } from './chain-stories.ts';

type States = ReadonlyMap<string, NodeState>;

const sizes = { small: { min: 2, max: 12 }, large: { min: 100, max: 200 } };

describe.each([
  ['small', 3000],
  ['large', 40],
] as const)('%s chains', (size, numRuns) => {
  const withDeadlines = aStory(sizes[size], true);
  const without = aStory(sizes[size], false);
  const cancelAfter = fc.oneof(fc.constant(Infinity), fc.nat(20));

  test('come to an end in which every node has ended, started once at most', () => {
    fc.assert(
      fc.property(withDeadlines, cancelAfter, ({ chain, fates, order }, cancel) => {
        const { states, verdict, starts } = tell(graphOf(chain), fates, order, cancel);
        expect(verdict).toBeDefined();
        expect([...states].filter(([, state]) => !hasEnded(state))).toEqual([]);
        expect(new Set(starts.map(({ node }) => node)).size).toBe(starts.length);
      }),
      { numRuns },
    );
  });

  test('start nothing before what it waits for', () => {
    fc.assert(
      fc.property(withDeadlines, cancelAfter, ({ chain, fates, order }, cancel) => {
        const graph = graphOf(chain);
        const { starts } = tell(graph, fates, order, cancel);
        expect(starts.filter(({ node, states }) => !mayStart(graph, states, nodeIn(chain, node)))).toEqual([]);
      }),
      { numRuns },
    );
  });

  test('close what they opened, once, and nothing else', () => {
    fc.assert(
      fc.property(withDeadlines, cancelAfter, ({ chain, fates, order }, cancel) => {
        const { states, starts } = tell(graphOf(chain), fates, order, cancel);
        const opened = ({ closes = '' }: ChainNode): boolean =>
          !['waiting', 'skipped', 'missed'].includes(stateIn(states, closes).state);
        const closers = chain.nodes.filter(({ closes }) => closes !== undefined);
        const closed = starts.map(({ node }) => node).filter((id) => nodeIn(chain, id).closes !== undefined);
        expect(closed.sort()).toEqual(
          closers
            .filter(opened)
            .map(({ id }) => id)
            .sort(),
        );
      }),
      { numRuns },
    );
  });

  test('end alike in whatever order their nodes end and wherever their process dies', () => {
    fc.assert(
      fc.property(without, ({ chain, fates, order, otherOrder }) => {
        const graph = graphOf({ ...chain, onFailure: 'continue' });
        const one = tell(graph, fates, order);
        const other = tell(graph, fates, otherOrder);
        expect([other.verdict, other.states]).toEqual([one.verdict, one.states]);
      }),
      { numRuns },
    );
  });

  test('decide everything at once that can be decided', () => {
    fc.assert(
      fc.property(without, ({ chain, fates, order }) => {
        const graph = graphOf(chain);
        const left = tell(graph, fates, order).starts.flatMap(({ states }) => undecided(graph, states));
        expect(left).toEqual([]);
      }),
      { numRuns: numRuns / 5 },
    );
  });

  test('that stop start after a failure only what answers it', () => {
    fc.assert(
      fc.property(without, ({ chain, fates, order }) => {
        const graph = graphOf({ ...chain, onFailure: 'stop' });
        const { starts } = tell(graph, fates, order);
        const afterFailure = starts.filter(
          ({ node, states }) => [...states.values()].some(hasFailed) && nodeIn(chain, node).closes === undefined,
        );
        expect(afterFailure.filter(({ node, states }) => !answersFailure(graph, states, node))).toEqual([]);
      }),
      { numRuns },
    );
  });
});

function mayStart(graph: ChainGraph, states: States, { id, join, closes }: ChainNode): boolean {
  const links = graph.links.get(id) ?? [];
  if (closes !== undefined) {
    const before = [...links.map(({ from }) => from), ...(graph.brackets.get(id) ?? [])];
    return before.every((node) => hasEnded(stateIn(states, node)));
  }
  const held = heldLinks(graph, states, id);
  return links.length === 0 || (join === 'all' ? held.length === links.length : held.length > 0);
}

/** Nodes that are left waiting although everything before them has ended. */
function undecided(graph: ChainGraph, states: States): readonly string[] {
  const { start, skip } = walk(graph, states, { now: 0, startedAt: 0, cancelled: false });
  const skipped = new Set(skip.map(({ node }) => node));
  const isOver = (id: string): boolean => skipped.has(id) || hasEnded(stateIn(states, id));
  return graph.nodes
    .map(({ id }) => id)
    .filter((id) => {
      const before = [...(graph.links.get(id) ?? []).map(({ from }) => from), ...(graph.brackets.get(id) ?? [])];
      const isDecided = skipped.has(id) || start.includes(id) || stateIn(states, id).state !== 'waiting';
      return before.every(isOver) && !isDecided;
    });
}

/** A path of held edges leads to it from a node that failed or was not started. */
const answersFailure = (graph: ChainGraph, states: States, node: string): boolean =>
  heldLinks(graph, states, node).some(
    ({ from }) => !isGood(stateIn(states, from)) || answersFailure(graph, states, from),
  );

const heldLinks = (graph: ChainGraph, states: States, node: string) =>
  (graph.links.get(node) ?? []).filter(({ from, on }) => on.some((one) => conditionHolds(one, stateIn(states, from))));

const hasEnded = ({ state }: NodeState): boolean => state !== 'waiting' && isTerminal(state);
const isGood = ({ state }: NodeState): boolean => state === 'succeeded' || state === 'warning';
const hasFailed = ({ state }: NodeState): boolean => state === 'failed' || state === 'cancelled';
const stateIn = (states: States, node: string): NodeState => states.get(node) ?? { state: 'waiting' };

function nodeIn({ nodes }: ChainJobDefinition, id: string): ChainNode {
  const node = nodes.find((one) => one.id === id);
  if (node === undefined) throw new Error(`no node ${id}`);
  return node;
}
