import { UmbraError, type Snapshot } from '@umbracore/contracts';
import { Query, type Connection } from '../store/connection.ts';

/** One snapshot may be this many times too large before it is given up half way. */
const patience = 2;

/** Sees to it that a catalog does not outgrow what it may take on the disk. */
export class Budget {
  readonly #connection: Connection;
  readonly #bytes: number;

  constructor(connection: Connection, bytes: number) {
    this.#connection = connection;
    this.#bytes = bytes;
  }

  /** What had to be left out once is not tried again, unless there is more room now. */
  takes({ time }: Snapshot): boolean {
    if (this.#fact('floorBytes') < this.#bytes) return true;
    return time > this.#fact('floor');
  }

  /** Has the oldest snapshots forgotten until the rest has room. */
  async keep(forget: (snapshots: readonly string[]) => Promise<void>): Promise<void> {
    for (let used = this.#used(); used > this.#bytes; used = this.#used()) {
      const all = this.#connection.all(
        new Query<{ id: string; time: number }>('select id, time from snapshots order by time, id'),
      );
      if (all.length === 0) return;
      const gone = all.slice(0, Math.ceil(all.length / 4));
      this.leaveOut(gone.at(-1)?.time ?? 0);
      await forget(gone.map(({ id }) => id));
    }
  }

  /** Throws `state.full`. */
  throwIfFarBeyond(): void {
    if (this.#used() <= patience * this.#bytes) return;
    throw new UmbraError('state.full', `the catalog would need more than ${patience * this.#bytes} bytes`, {
      hint: 'Give it more room, or turn it off for this repository.',
    });
  }

  /** Whatever is no younger than this is not taken in any more. */
  leaveOut(time: number): void {
    this.#note('floor', time);
    this.#note('floorBytes', this.#bytes);
  }

  #note(name: string, value: number): void {
    this.#connection.run('insert or replace into facts values (?, ?)', name, value);
  }

  #fact(name: string): number {
    return this.#connection.number('select value from facts where name = ?', name);
  }

  #used(): number {
    const pages = this.#connection.number('pragma page_count') - this.#connection.number('pragma freelist_count');
    return pages * this.#connection.number('pragma page_size');
  }
}
