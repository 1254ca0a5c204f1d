import { Daemon } from '../support/daemon.ts';
import { WallClock } from '../../../../tools/faults/injectors/wall-clock.ts';
import { until, World } from '../support/world.ts';
import { Journal } from './accounts.ts';
import { slowDown, speedUp } from './aftermath.ts';

/** Half past ten, as every clock of these tests begins. */
export const halfPastTen = Date.parse('2027-03-01T10:30:00Z');
export const eleven = Date.parse('2027-03-01T11:00:00Z');

/** None of the limits of a job may count time that did not pass. */
const hourly = `    schedule: hourly
    maxRuntime: 1h
    stallTimeout: 5m
daemon: { settle: 1s }
`;

/** The wall clock is read at least every 30 s. Then it settles, and a backup on a busy machine takes its time. */
const noticeLimitMs = 45_000;

/** A world whose job `documents` is due at every full hour of a clock that the test moves. */
export class DueHourly implements Disposable {
  readonly world = new World();
  readonly clock = new WallClock(this.world, halfPastTen);
  readonly journal = new Journal(this.world);

  constructor() {
    this.world.write('file', 'content');
    this.speedUp();
  }

  /** From the next run on a backup takes so many seconds. `lines` follow in the job. */
  slowDown(seconds: number, lines = ''): void {
    slowDown(this.world, seconds, lines + hourly);
  }

  speedUp(): void {
    speedUp(this.world, hourly);
  }

  /** Resolves when the job is known, and owes nothing of what was before. */
  async known(): Promise<void> {
    await until('the job is known', () => this.journal.cursor('documents') !== undefined);
  }

  /** A daemon that knows the job, with the clock so long before eleven. `meanwhile` comes before its start. */
  async startBeforeEleven(leadMs: number, meanwhile = (): void => {}): Promise<Daemon> {
    const first = await Daemon.start(this.world);
    await this.known();
    await first.stop();
    meanwhile();
    this.clock.set(eleven - leadMs);
    return await Daemon.start(this.world);
  }

  /** Resolves when so many slots have a record of their own and nothing is open. */
  async records(count: number): Promise<void> {
    const seen = (): boolean => this.journal.ofSlots('documents') === count && this.journal.open() === 0;
    await until(`${count} records`, seen, noticeLimitMs);
  }

  [Symbol.dispose](): void {
    this.world[Symbol.dispose]();
    this.clock[Symbol.dispose]();
  }
}
