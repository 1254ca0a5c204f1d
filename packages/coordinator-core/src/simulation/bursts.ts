import type { DurationMs, Instant } from '@umbracore/contracts';
import { resourcesOf, type Capacities } from '../dispatch/resources.ts';
import type { Work } from './report.ts';

/** A stretch without a break in which runs wait or work. */
export interface Burst {
  readonly from: Instant;
  readonly to: Instant;
  readonly runs: number;
  /** No order of the runs could need less time than this. */
  readonly leastMs: DurationMs;
  /** What makes it last so long: a resource, or `longest` for a run with what comes before it. */
  readonly bound: string;
}

/** The longest first. */
export function burstsOf(work: readonly Work[], capacities: Capacities): readonly Burst[] {
  const groups: Work[][] = [];
  let end = -Infinity;
  for (const one of work.toSorted((a, b) => a.run.readyAt - b.run.readyAt)) {
    if (one.run.readyAt > end) groups.push([]);
    groups.at(-1)?.push(one);
    end = Math.max(end, one.to);
  }
  return groups.map((group) => burstOf(group, capacities)).toSorted((a, b) => b.to - b.from - (a.to - a.from));
}

function burstOf(group: readonly Work[], capacities: Capacities): Burst {
  const from = Math.min(...group.map(({ run }) => run.readyAt));
  const to = Math.max(...group.map((one) => one.to));
  const bounds = [longest(group, from), ...resourceBounds(group, from, capacities)];
  const tightest = bounds.reduce((best, bound) => (bound.leastMs > best.leastMs ? bound : best));
  return { from, to, runs: group.length, ...tightest };
}

interface Bound {
  readonly bound: string;
  readonly leastMs: DurationMs;
}

/** A run with what has to come before it, if nothing were ever taken. */
const longest = (group: readonly Work[], from: Instant): Bound => ({
  bound: 'longest',
  leastMs: Math.max(...group.map((one) => one.run.earliestAt + one.to - one.from)) - from,
});

interface Load {
  readonly earliestAt: Instant;
  readonly unitMs: number;
}

/** What comes after an instant has to be done after it, and a resource does no more at once than it has room for. */
function resourceBounds(group: readonly Work[], from: Instant, capacities: Capacities): readonly Bound[] {
  const byResource = new Map<string, Load[]>();
  for (const { run, job, from: start, to } of group) {
    for (const { resource, units } of resourcesOf(job, run.repository)) {
      const capacity = capacities(resource);
      const unitMs = (to - start) * (units === 'all' ? capacity : Math.min(units, capacity));
      const known = byResource.get(resource) ?? [];
      byResource.set(resource, known);
      known.push({ earliestAt: run.earliestAt, unitMs });
    }
  }
  return [...byResource].map(([resource, loads]) => {
    let [unitMs, leastMs] = [0, 0];
    for (const load of loads.toSorted((one, other) => other.earliestAt - one.earliestAt)) {
      unitMs += load.unitMs;
      leastMs = Math.max(leastMs, load.earliestAt + unitMs / capacities(resource) - from);
    }
    return { bound: resource, leastMs };
  });
}
