import type { Instant, ResourceUse, RunId } from '@umbracore/contracts';
import type { Capacities } from './resources.ts';

/** A run that wants to start, or that works. */
export interface Demand {
  readonly id: RunId;
  /** When it was due, or began to work: the oldest goes first. */
  readonly since: Instant;
  readonly uses: readonly ResourceUse[];
}

/** What a run has to wait for. */
export interface Shortage {
  readonly resource: string;
  readonly capacity: number;
  /** Runs that use it, and the older run that its room is kept for. */
  readonly usedBy: readonly RunId[];
}

export interface Admission {
  readonly admitted: readonly RunId[];
  readonly held: ReadonlyMap<RunId, Shortage>;
}

/**
 * Which of the waiting runs start now. The oldest goes first. A younger one passes it only if the oldest could start no later
 * because of it: not before the runs have ended that are in its way already. So nothing starves, whatever comes after it.
 */
export function admit(waiting: readonly Demand[], running: readonly Demand[], capacities: Capacities): Admission {
  const working = running.toSorted(byAge);
  const now = new Room(capacities, working);
  let later: Room | undefined;
  const admitted: RunId[] = [];
  const held = new Map<RunId, Shortage>();
  for (const demand of waiting.toSorted(byAge)) {
    const shortage = now.shortageOf(demand) ?? later?.shortageOf(demand);
    if (shortage === undefined) {
      now.take(demand);
      later?.take(demand);
      working.push(demand);
      admitted.push(demand.id);
    } else {
      later ??= roomWhenItStarts(demand, working, capacities);
      held.set(demand.id, shortage);
    }
  }
  return { admitted, held };
}

const byAge = (one: Demand, other: Demand): number => one.since - other.since || (one.id < other.id ? -1 : 1);

/** What will be taken when the runs have ended that have to end for this one to start, and it has started. */
function roomWhenItStarts(demand: Demand, running: readonly Demand[], capacities: Capacities): Room {
  const ends = new Set(running);
  // Of several that would do the oldest have to end, so that a run that passes does not become one of them.
  for (const one of running.toReversed()) {
    ends.delete(one);
    if (new Room(capacities, without(running, ends)).shortageOf(demand) !== undefined) ends.add(one);
  }
  return new Room(capacities, [...without(running, ends), demand]);
}

const without = (all: readonly Demand[], some: ReadonlySet<Demand>): readonly Demand[] =>
  all.filter((one) => !some.has(one));

class Room {
  readonly #capacities: Capacities;
  readonly #taken = new Map<string, { units: number; readonly by: RunId[] }>();

  constructor(capacities: Capacities, demands: readonly Demand[]) {
    this.#capacities = capacities;
    for (const demand of demands) this.take(demand);
  }

  take({ id, uses }: Demand): void {
    for (const [resource, units] of this.#wanted(uses)) {
      const taken = this.#taken.get(resource) ?? { units: 0, by: [] };
      taken.units += units;
      taken.by.push(id);
      this.#taken.set(resource, taken);
    }
  }

  /** The first resource that has too little room; undefined if all have enough. */
  shortageOf({ uses }: Demand): Shortage | undefined {
    for (const [resource, units] of this.#wanted(uses)) {
      const capacity = this.#capacities(resource);
      const { units: taken, by } = this.#taken.get(resource) ?? { units: 0, by: [] };
      if (taken + units > capacity) return { resource, capacity, usedBy: [...by] };
    }
    return undefined;
  }

  /** Never more than there is: what nobody can have would be waited for for ever. */
  #wanted(uses: readonly ResourceUse[]): ReadonlyMap<string, number> {
    const wanted = new Map<string, number>();
    for (const { resource, units } of uses) {
      const capacity = this.#capacities(resource);
      const more = units === 'all' ? capacity : units;
      wanted.set(resource, Math.min(capacity, (wanted.get(resource) ?? 0) + more));
    }
    return wanted;
  }
}
