import { findCircle } from '@umbracore/contracts';
import type { Place } from '../jobs/layers.ts';
import type { Finding } from '../reading/source-text.ts';

/** One thing leads to another one, because a file says so at a place. */
export interface PlacedEdge {
  readonly from: string;
  readonly to: string;
  /** Looked up only if it is shown. */
  readonly place: () => Place;
}

/** Whoever made more of them by copying sees the first ones. */
const mostCircles = 10;

/** Each circle once, at the edge that closes it. */
export function circleFindings(
  nodes: Iterable<string>,
  edges: readonly PlacedEdge[],
  words: (shown: string, circle: readonly string[]) => { readonly message: string; readonly hint: string },
): readonly Finding[] {
  const order = [...nodes];
  const findings: Finding[] = [];
  let left = edges;
  while (findings.length < mostCircles) {
    const circle = findCircle(order, left);
    const [from, to] = circle?.slice(-2) ?? [];
    const closing = left.find((edge) => edge.from === from && edge.to === to);
    if (circle === undefined || closing === undefined) break;
    findings.push({ code: 'config.cycle', ...words(circle.join(' -> '), circle), ...closing.place() });
    left = left.filter((edge) => edge.from !== from || edge.to !== to);
  }
  return findings;
}
