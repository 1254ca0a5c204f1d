import { readFileSync } from 'node:fs';
import type { RunDocument } from '@umbracore/runtime/documents';
import { putDown } from '../../../../tools/vitest/evidence.ts';
import { Daemon } from '../support/daemon.ts';
import { WallClock } from '../../../../tools/faults/injectors/wall-clock.ts';
import { until, World } from '../support/world.ts';
import { expectEverySlotOnce, hourMs, Journal, type Owed } from './accounts.ts';
import { identityOf } from './aftermath.ts';
import { describeDeath, killAt, killIfThere, seed, type Death } from './crash.ts';

/** So long may a daemon take until nothing is open any more, once it answers. */
const settleLimitMs = 10_000;

/** A slot passes so long after the daemon before it began to start. */
export interface Approach {
  readonly leadMs: number;
  readonly death: Death;
}

/**
 * Daemons that live in one state folder one after the other, with jobs that are due at every full hour. The clock stands
 * shortly before an hour whenever one of them is started.
 */
export class MortalDaemons implements Disposable {
  readonly world = new World();
  readonly #clock: WallClock;
  readonly #journal = new Journal(this.world);
  readonly #jobs: readonly string[];
  readonly #slots: number[] = [];
  readonly #first = Date.parse('2027-03-01T01:00:00Z');

  private constructor(configuration: string, jobs: readonly string[]) {
    this.world.configure(configuration);
    this.world.write('file', 'content');
    this.#clock = new WallClock(this.world, this.#first - hourMs / 2);
    this.#jobs = jobs;
  }

  /**
   * The first one sees the jobs, which owe nothing of what was before it. `configuration` follows after the lines of the job
   * `documents`; the named jobs have to be due hourly.
   */
  static async begin(configuration: string, jobs: readonly string[]): Promise<MortalDaemons> {
    const daemons = new MortalDaemons(configuration, jobs);
    const daemon = await Daemon.start(daemons.world);
    const seen = (job: string): boolean => daemons.#journal.cursor(job) !== undefined;
    await until('the jobs are known', () => jobs.every(seen));
    await daemon.kill();
    return daemons;
  }

  /** A slot with a daemon that dies, and with the next one, which sees to everything in time and is killed as well. */
  async passSlot({ leadMs, death }: Approach): Promise<void> {
    this.#approach(leadMs);
    await this.#die(death);
    await this.#restart(`${this.#slots.length}: ${describeDeath(death)} (seed ${seed})`);
  }

  /** How many statements a daemon sends to the journal around a slot when nobody kills it. */
  async countStatements(): Promise<number> {
    this.#approach(1000);
    const file = this.world.at('statements');
    const env = { NODE_OPTIONS: `--import=${killAt}`, UMBRA_KILL_COUNT: file };
    const daemon = await Daemon.start(this.world, env);
    await until('the slot is seen to', () => this.#isSettled());
    await daemon.stop();
    return Number(readFileSync(file, 'utf8'));
  }

  /** A run of each job for each slot, with everything that this has to leave behind. */
  async account(): Promise<readonly RunDocument[]> {
    const owed: readonly Owed[] = this.#jobs.map((job) => ({ job, slots: this.#slots }));
    return await expectEverySlotOnce(this.world, owed, `in the end (seed ${seed})`);
  }

  [Symbol.dispose](): void {
    this.world[Symbol.dispose]();
    this.#clock[Symbol.dispose]();
  }

  #approach(leadMs: number): void {
    const slot = this.#first + this.#slots.length * hourMs;
    this.#slots.push(slot);
    this.world.write('changing', `content of ${slot}`);
    this.#clock.set(slot - leadMs);
  }

  async #die(death: Death): Promise<void> {
    if (death.at === 'statement') {
      const env = { NODE_OPTIONS: `--import=${killAt}`, UMBRA_KILL_AT: `${death.number}:${death.when}` };
      const daemon = Daemon.launch(this.world, env);
      // It may have less to say to the journal this time.
      const over = until('the daemon dies', () => this.#isSettled(), settleLimitMs);
      await Promise.race([daemon.ended, over]);
      await daemon.kill();
      return;
    }
    const daemon = Daemon.launch(this.world);
    await new Promise((resolve) => setTimeout(resolve, death.delayMs));
    for (const victim of death.victims) {
      if (victim === 'coordinator') daemon.signal('SIGKILL');
      else killIfThere(identityOf(this.world, victim));
    }
    await daemon.kill();
  }

  async #restart(what: string): Promise<void> {
    const daemon = await Daemon.start(this.world);
    await this.#settled(what);
    await daemon.kill();
  }

  async #settled(what: string): Promise<void> {
    try {
      await until(`${what}: everything is settled`, () => this.#isSettled(), settleLimitMs);
    } catch (error) {
      throw new Error(this.#journal.newest(5).join('\n'), { cause: error });
    }
  }

  #isSettled(): boolean {
    const recorded = this.#jobs.every((job) => this.#journal.ofSlots(job) === this.#slots.length);
    return recorded && this.#journal.open() === 0;
  }
}

/** One slot after the other; in the end the oracle looks at all of them. */
export async function expectSurvival(
  daemons: MortalDaemons,
  approaches: Iterable<Approach>,
): Promise<readonly RunDocument[]> {
  let count = 0;
  for (const approach of approaches) {
    await daemons.passSlot(approach);
    // The daemon that dies around the slot, and the next one after it has seen to everything.
    count += 2;
  }
  const runs = await daemons.account();
  putDown({ unit: 'kills', count, seed });
  return runs;
}
