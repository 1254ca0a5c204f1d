import type { Recurrence, Schedule } from '@umbracore/contracts';
import { fingerprintOf } from '../fingerprint.ts';
import { jitterSeed } from '../jitter.ts';
import { Starts } from '../starts.ts';

/** What equal schedules have in common. */
export interface SharedRule {
  readonly starts: Starts;
  /** Undefined without jitter: then all their jobs start at the same instants. */
  readonly jitterSeed: number | undefined;
}

interface Place extends SharedRule {
  readonly key: string;
  users: number;
}

/** The rules of many schedules, each once, known by a number. A rule that nobody uses any more is forgotten. */
export class SharedRules {
  readonly #host: string;
  readonly #places: (Place | undefined)[] = [];
  readonly #free: number[] = [];
  readonly #byKey = new Map<string, number>();

  constructor(host: string) {
    this.#host = host;
  }

  get(rule: number): SharedRule | undefined {
    return this.#places[rule];
  }

  /** Counts a user of each schedule's rule; of none if one of the schedules cannot be read. */
  claimAll(schedules: readonly Schedule[]): readonly number[] {
    const claimed: number[] = [];
    try {
      for (const schedule of schedules) claimed.push(this.#claim(schedule));
    } catch (error) {
      for (const rule of claimed) this.release(rule);
      throw error;
    }
    return claimed;
  }

  /** Counts one user less. */
  release(rule: number): void {
    const place = this.#places[rule];
    if (!place) return;
    place.users -= 1;
    if (place.users > 0) return;
    this.#byKey.delete(place.key);
    this.#places[rule] = undefined;
    this.#free.push(rule);
  }

  #claim(schedule: Schedule): number {
    const key = keyOf(schedule);
    const rule = this.#byKey.get(key) ?? this.#add(key, schedule);
    const place = this.#places[rule];
    if (place) place.users += 1;
    return rule;
  }

  #add(key: string, schedule: Schedule): number {
    const seed = schedule.jitterMs ? jitterSeed(fingerprintOf(schedule), this.#host) : undefined;
    const place = { starts: new Starts(schedule), jitterSeed: seed, key, users: 0 };
    const rule = this.#free.pop() ?? this.#places.length;
    this.#places[rule] = place;
    this.#byKey.set(key, rule);
    return rule;
  }
}

/** Equal for schedules that start at the same instants; words and catching up do not count. */
function keyOf({ recurrence, zone, windows = [], blackouts = [], jitterMs = 0 }: Schedule): string {
  const limits = windows.length + blackouts.length === 0 ? '' : JSON.stringify([windows, blackouts]);
  return `${whenOf(recurrence)} ${zone} ${jitterMs} ${limits}`;
}

/** The commonest by hand: of a million jobs it makes a difference. */
function whenOf(recurrence: Recurrence): string {
  switch (recurrence.type) {
    case 'interval':
      return `every ${recurrence.everyMs}`;
    case 'hourly':
      return `hourly ${recurrence.minute}`;
    case 'daily':
      return `daily ${recurrence.at.hour}:${recurrence.at.minute}`;
    case 'cron':
      return `cron ${recurrence.expression}`;
    case 'manual':
    case 'weekly':
    case 'monthly':
      return JSON.stringify(recurrence);
    default:
      return recurrence satisfies never;
  }
}
