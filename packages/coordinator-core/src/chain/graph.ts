import type { ChainEdge, ChainJobDefinition, ChainNode, EdgeCondition } from '@umbracore/contracts';

/** All edges from one node to another one. It holds as soon as one of its conditions does. */
export interface Link {
  readonly from: string;
  readonly to: string;
  readonly on: readonly EdgeCondition[];
}

export type Arrow = Pick<ChainEdge, 'from' | 'to'>;

/** A chain without problems, laid out for walking through it. */
export interface ChainGraph {
  readonly onFailure: ChainJobDefinition['onFailure'];
  /** Each after everything that it waits for. */
  readonly nodes: readonly ChainNode[];
  /** By the node that they lead to. */
  readonly links: ReadonlyMap<string, readonly Link[]>;
  /** By the closer: its opener and what lies between them. */
  readonly brackets: ReadonlyMap<string, readonly string[]>;
}

/** The chain must have no problems, see `chainProblems`. */
export function graphOf(chain: ChainJobDefinition): ChainGraph {
  const brackets = new Map(
    chain.nodes.flatMap(({ id, closes }) => (closes === undefined ? [] : [[id, [closes, ...bracketOf(chain, id)]]])),
  );
  const byId = new Map(chain.nodes.map((node) => [node.id, node]));
  const order = topologicalOrder([...byId.keys()], waits(chain));
  return {
    onFailure: chain.onFailure,
    nodes: order.flatMap((id) => byId.get(id) ?? []),
    links: grouped(linksOf(chain.edges), ({ to }) => to),
    brackets,
  };
}

/** The edges, those between the same two nodes together. */
export function linksOf(edges: readonly ChainEdge[]): readonly Link[] {
  return [...grouped(edges, ({ from, to }) => JSON.stringify([from, to])).values()].flatMap((same) => {
    const [first] = same;
    return first === undefined ? [] : [{ from: first.from, to: first.to, on: [...new Set(same.map(({ on }) => on))] }];
  });
}

/** Who waits for whom: along the edges, and every closer for all of its bracket. */
export const waits = (chain: ChainJobDefinition): readonly Arrow[] => [
  ...arrowsOf(chain),
  ...chain.nodes.flatMap(({ id, closes }) =>
    closes === undefined ? [] : bracketOf(chain, id).map((from) => ({ from, to: id })),
  ),
];

/** The edges, and one from each opener to its closer. */
export const arrowsOf = ({ nodes, edges }: ChainJobDefinition): readonly Arrow[] => [
  ...edges,
  ...nodes.flatMap(({ id, closes }) => (closes === undefined ? [] : [{ from: closes, to: id }])),
];

/**
 * What lies between a closer and its opener: everything that comes after the opener, but for what comes after the closer, and
 * for closers of other brackets that only end in the same place.
 */
export function bracketOf(chain: ChainJobDefinition, closer: string): readonly string[] {
  const opener = chain.nodes.find(({ id }) => id === closer)?.closes;
  if (opener === undefined) return [];
  const following = grouped(arrowsOf(chain), ({ from }) => from);
  const all = reached(opener, following, new Set());
  const barred = new Set([closer]);
  for (const { id, closes } of chain.nodes) if (closes !== undefined && !all.has(closes)) barred.add(id);
  const after = reached(closer, following, new Set());
  const between = reached(opener, following, barred);
  return chain.nodes.map(({ id }) => id).filter((id) => id !== opener && between.has(id) && !after.has(id));
}

/**
 * The nodes, each after those with an arrow to it; otherwise as they were given. Nodes on a circle, and what comes after
 * them, are left out.
 */
export function topologicalOrder(nodes: readonly string[], arrows: readonly Arrow[]): readonly string[] {
  const following = grouped(arrows, ({ from }) => from);
  const left = new Map(nodes.map((node) => [node, 0]));
  for (const { to } of arrows) left.set(to, (left.get(to) ?? 0) + 1);
  const order = nodes.filter((node) => left.get(node) === 0);
  for (const node of order) {
    for (const { to } of following.get(node) ?? []) {
      const rest = (left.get(to) ?? 0) - 1;
      left.set(to, rest);
      if (rest === 0) order.push(to);
    }
  }
  return order;
}

/** Start and what comes after it, going through none of `barred`. */
function reached(
  start: string,
  following: ReadonlyMap<string, readonly Arrow[]>,
  barred: ReadonlySet<string>,
): ReadonlySet<string> {
  const found = new Set([start]);
  for (const node of found) {
    for (const { to } of following.get(node) ?? []) if (!barred.has(to)) found.add(to);
  }
  return found;
}

function grouped<T>(items: readonly T[], keyOf: (item: T) => string): ReadonlyMap<string, readonly T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const key = keyOf(item);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [item]);
    else group.push(item);
  }
  return groups;
}
