import { readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { where } from './injector.ts';

/** Put into the environment by the global setup, where there is one that Node obeys. */
const library = process.env['UMBRA_TEST_FAKETIME'];

/** Whether the clock of a process can be moved here. */
export const canMoveClock = library !== undefined;

/** What tests are called that can only be made there. */
export const onOwnClocks = 'on clocks of their own (needs libfaketime, which npm test fetches where there is apt)';

export const wallClock = where('wall clock', 'the clock of a process is set while it runs (libfaketime)', () => {
  if (library === undefined) throw new Error('libfaketime is not there, or Node does not obey it');
});

/** What it needs of a test's world: where to put its file, and the environment of what is started there. */
interface Surroundings {
  at(name: string): string;
  readonly env: Record<string, string>;
}

const sharedMemory = '/dev/shm';

/**
 * The wall clock of everything that is started in a world from now on. It can be moved while processes run, as by
 * somebody who sets it, or by a machine that sleeps: their monotonic clock goes on undisturbed. Engines do not see it, for
 * restic asks the kernel itself, nor do shims, which get nothing of our environment.
 */
export class WallClock implements Disposable {
  readonly #file: string;
  #offsetMs = 0;

  constructor(world: Surroundings, at?: number) {
    this.#file = world.at('wall-clock');
    if (at === undefined) this.moveBy(0);
    else this.set(at);
    Object.assign(world.env, {
      LD_PRELOAD: library ?? '',
      FAKETIME_TIMESTAMP_FILE: this.#file,
      FAKETIME_NO_CACHE: '1',
      DONT_FAKE_MONOTONIC: '1',
      NO_FAKE_STAT: '1',
    });
  }

  now(): number {
    return Date.now() + this.#offsetMs;
  }

  set(instant: number): void {
    this.moveBy(instant - this.now());
  }

  moveBy(ms: number): void {
    removeTraces();
    this.#offsetMs += ms;
    const seconds = (Math.abs(this.#offsetMs) / 1000).toFixed(3);
    // By rename, for it is read again for every look at the clock.
    writeFileSync(`${this.#file}.new`, `${this.#offsetMs < 0 ? '-' : '+'}${seconds}\n`);
    renameSync(`${this.#file}.new`, this.#file);
  }

  [Symbol.dispose](): void {
    removeTraces();
  }
}

/**
 * What the library shares with the children of a process stays if that process was killed, and would keep the next process
 * of the same number from starting.
 */
function removeTraces(): void {
  for (const name of readdirSync(sharedMemory)) {
    const pid = /^(?:sem\.)?faketime_(?:sem|shm)_(\d+)$/.exec(name)?.[1];
    if (pid !== undefined && !isAlive(Number(pid))) rmSync(join(sharedMemory, name), { force: true });
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
