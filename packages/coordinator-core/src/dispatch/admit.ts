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
  const room = new Room(capacities, [demand]);
  // Of several that would do the oldest have to end, so that a run that passes does not become one of them.
  for (const one of running.toReversed()) if (room.shortageOf(one) === undefined) room.take(one);
  return room;
}

class Room {
  readonly #capacities: Capacities;
  readonly #taken = new Map<string, { units: number; readonly by: RunId[] }>();

  constructor(capacities: Capacities, demands: readonly Demand[]) {
    this.#capacities = capacities;
    for (const demand of demands) this.take(demand);
  }

  take({ id, uses }: Demand): void {
    for (const use of merged(uses)) {
      const taken = this.#taken.get(use.resource) ?? { units: 0, by: [] };
      taken.units += this.#unitsOf(use);
      taken.by.push(id);
      this.#taken.set(use.resource, taken);
    }
  }

  /** The first resource that has too little room; undefined if all have enough. */
  shortageOf({ uses }: Demand): Shortage | undefined {
    for (const use of merged(uses)) {
      const { resource } = use;
      const capacity = this.#capacities(resource);
      const taken = this.#taken.get(resource);
      if ((taken?.units ?? 0) + this.#unitsOf(use) > capacity) return { resource, capacity, usedBy: taken?.by ?? [] };
    }
    return undefined;
  }

  /** Never more than there is: what nobody can have would be waited for for ever. */
  #unitsOf({ resource, units }: ResourceUse): number {
    const capacity = this.#capacities(resource);
    return units === 'all' ? capacity : Math.min(capacity, units);
  }
}

/** Each resource once. */
function merged(uses: readonly ResourceUse[]): readonly ResourceUse[] {
  const isTwice = uses.some(({ resource }, index) => uses.findIndex((use) => use.resource === resource) < index);
  if (!isTwice) return uses;
  const sums = new Map<string, ResourceUse['units']>();
  for (const { resource, units } of uses) {
    const before = sums.get(resource) ?? 0;
    sums.set(resource, before === 'all' || units === 'all' ? 'all' : before + units);
  }
  return [...sums].map(([resource, units]) => ({ resource, units }));
}
