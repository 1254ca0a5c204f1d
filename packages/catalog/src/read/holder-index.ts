import { statesOfLine } from '../store/schema.ts';
import { Query, type Connection } from '../store/connection.ts';

interface Held {
  readonly id: string;
  readonly state: number;
}

/** Which snapshots have a state in an interval, the newest first. */
export class HolderIndex {
  readonly #held: readonly Held[];

  constructor(connection: Connection, wanted: ReadonlySet<string> | undefined) {
    const all = connection.all(new Query<Held>('select id, state from snapshots order by state, time'));
    this.#held = wanted === undefined ? all : all.filter(({ id }) => wanted.has(id));
  }

  /** A version that is open holds to the end of its line. */
  between(first: number, last: number | null): readonly string[] {
    const end = last ?? lastOfLine(first);
    const found: string[] = [];
    for (let at = this.#firstFrom(first); ; at += 1) {
      const held = this.#held[at];
      if (held === undefined || held.state > end) return found.reverse();
      found.push(held.id);
    }
  }

  #firstFrom(state: number): number {
    let [low, high] = [0, this.#held.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#held[middle]?.state ?? 0) < state) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

const lastOfLine = (state: number): number => (Math.floor(state / statesOfLine) + 1) * statesOfLine - 1;
