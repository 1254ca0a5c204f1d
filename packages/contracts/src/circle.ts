interface Edge {
  readonly from: string;
  readonly to: string;
}

/**
 * A circle among things that follow one another, such as `['documents', 'mirror', 'documents']`: it ends where it begins, which
 * is at its node that comes first in `nodes`. Undefined if there is none. The edges may name nodes that are not in `nodes`.
 */
export function findCircle(nodes: Iterable<string>, edges: Iterable<Edge>): string[] | undefined {
  const order = [...nodes];
  const following = new Map<string, Edge[]>();
  for (const edge of edges) {
    const others = following.get(edge.from);
    if (others === undefined) following.set(edge.from, [edge]);
    else others.push(edge);
  }
  const finished = new Set<string>();
  for (const start of [...order, ...following.keys()]) {
    const circle = finished.has(start) ? undefined : circleFrom(start, following, finished);
    if (circle !== undefined) return rotate(circle, order);
  }
  return undefined;
}

/** Walks as deep as it goes, with a path of its own: a long chain must not exhaust the stack. */
function circleFrom(
  start: string,
  following: ReadonlyMap<string, readonly Edge[]>,
  finished: Set<string>,
): string[] | undefined {
  const next = (node: string): Iterator<Edge> => (following.get(node) ?? []).values();
  const path = new Map([[start, next(start)]]);
  const trail = [start];
  for (let node = trail.at(-1); node !== undefined; node = trail.at(-1)) {
    const edge = path.get(node)?.next();
    if (edge === undefined || edge.done === true) {
      finished.add(node);
      path.delete(node);
      trail.pop();
    } else if (path.has(edge.value.to)) {
      return trail.slice(trail.indexOf(edge.value.to));
    } else if (!finished.has(edge.value.to)) {
      path.set(edge.value.to, next(edge.value.to));
      trail.push(edge.value.to);
    }
  }
  return undefined;
}

function rotate(circle: readonly string[], order: readonly string[]): string[] {
  const members = new Set(circle);
  const first = order.find((node) => members.has(node));
  const at = first === undefined ? 0 : circle.indexOf(first);
  const turned = [...circle.slice(at), ...circle.slice(0, at)];
  return [...turned, ...turned.slice(0, 1)];
}
