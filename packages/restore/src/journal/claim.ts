import { linkSync, readFileSync, renameSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  isInSightOf,
  UmbraError,
  type Clock,
  type DurationMs,
  type Instant,
  type ProcessIdentity,
  type ProcessTable,
} from '@umbracore/contracts';
import { hasCode } from '../apply/perform.ts';

/** So often a worker sets the time of its file: who cannot see it knows by that alone whether it lives. */
const beatMs: DurationMs = 5000;
const silentMs: DurationMs = 12 * beatMs;

export interface WorkerSight {
  readonly processTable: ProcessTable;
  readonly clock: Pick<Clock, 'now'>;
}

/** Asked before each step that changes something. Throws `job.already-running` once another process has taken over. */
export type StillOurs = () => void;

export interface Claim extends Disposable {
  /** Looks only if the last look is longer ago than a beat, so it may be asked as often as one likes. */
  readonly stillOurs: StillOurs;
  /** Aborts once another process has taken over, with what `stillOurs` throws. */
  readonly signal: AbortSignal;
  /** What is to be said of something thrown: that another process has taken over, if by then it has. */
  reasonFor(thrown: unknown): unknown;
}

/** Makes one process the only one that works on a restore, until disposed. Throws `job.already-running`. */
export function claim(folder: string, id: string, sight: WorkerSight & { readonly clock: Clock }): Claim {
  const { processTable, clock } = sight;
  const file = join(folder, 'owner.json');
  const self = processTable.self();
  const text = JSON.stringify(self);
  for (let attempt = 1; ; attempt += 1) {
    const held = new HeldClaim(file, text, id, clock);
    try {
      writeFileSync(file, text, { flag: 'wx', mode: 0o600 });
      held.beat();
      return held;
    } catch (error) {
      held.stop();
      if (!hasCode(error, 'EEXIST') || attempt > 3) throw error;
    }
    const found = textIn(file);
    const owner = workerIn(file, found, sight);
    if (owner !== undefined) {
      const isSeen = isInSightOf(self, owner);
      const where = isSeen ? '' : ` on ${owner.host}, which cannot be seen from here`;
      throw new UmbraError(
        'job.already-running',
        `the restore ${id} is being worked on by process ${owner.pid}${where}`,
        {
          hint: isSeen
            ? 'Wait for it, or end that process; what is done by then stays known.'
            : 'Wait for it. If it has ended, the restore is free a minute after that.',
        },
      );
    }
    removeDead(file, found, `${file}.of-${self.pid}-${self.startTime}`);
  }
}

/** Removes the file of a dead worker. Somebody who put his own into its place since gets it back. */
function removeDead(file: string, found: string | undefined, aside: string): void {
  try {
    renameSync(file, aside);
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return;
    throw error;
  }
  if (textIn(aside) !== found) giveBack(aside, file);
  rmSync(aside, { force: true });
}

/** Unless a third one has made another by now: then he who lost it notices. */
function giveBack(aside: string, file: string): void {
  try {
    linkSync(aside, file);
  } catch (error) {
    // Not every file system has links.
    if (!hasCode(error, 'EEXIST')) renameSync(aside, file);
  }
}

/** The process that works on a restore; undefined if none does. One that cannot be seen counts as long as its file is new. */
export function workerOn(folder: string, sight: WorkerSight): ProcessIdentity | undefined {
  const file = join(folder, 'owner.json');
  return workerIn(file, textIn(file), sight);
}

function workerIn(
  file: string,
  text: string | undefined,
  { processTable, clock }: WorkerSight,
): ProcessIdentity | undefined {
  const owner = ownerOf(text);
  if (owner === undefined) return undefined;
  const isAlive = isInSightOf(processTable.self(), owner) ? processTable.isAlive(owner) : isNew(file, clock.now());
  return isAlive ? owner : undefined;
}

function isNew(file: string, now: Instant): boolean {
  const changedAt = statSync(file, { throwIfNoEntry: false })?.mtimeMs;
  return changedAt !== undefined && Math.abs(now - changedAt) <= silentMs;
}

/** Whoever was stopped, or at work without a pause, for longer than `silentMs` may have lost it meanwhile to one who cannot see it. */
class HeldClaim implements Claim {
  readonly #file: string;
  readonly #text: string;
  readonly #id: string;
  readonly #clock: Clock;
  readonly #losing = new AbortController();
  readonly #beating: Disposable;
  /** When it was last known to be ours, by both clocks: one may be set, the other stands still while a machine sleeps. */
  #known: readonly [Instant, number];

  constructor(file: string, text: string, id: string, clock: Clock) {
    this.#file = file;
    this.#text = text;
    this.#id = id;
    this.#clock = clock;
    this.#known = this.#time();
    this.#beating = clock.every(beatMs, () => this.beat());
  }

  readonly stillOurs = (): void => {
    if (this.#silence() >= beatMs) this.beat();
    this.signal.throwIfAborted();
  };

  reasonFor(thrown: unknown): unknown {
    try {
      this.stillOurs();
      return thrown;
    } catch (lost) {
      return lost;
    }
  }

  get signal(): AbortSignal {
    return this.#losing.signal;
  }

  beat(): void {
    const time = this.#time();
    this.#touch(time[0] / 1000);
    const isOurs = this.#isOurs();
    if (isOurs === true) this.#known = time;
    else if (isOurs === false || this.#silence() > silentMs) this.#lose();
  }

  /** What cannot be written must not end a restore: who sees the worker does not ask for it. */
  #touch(seconds: number): void {
    try {
      utimesSync(this.#file, seconds, seconds);
    } catch {
      // The next one may succeed.
    }
  }

  /** Undefined if that cannot be told. */
  #isOurs(): boolean | undefined {
    try {
      return readFileSync(this.#file, 'utf8') === this.#text;
    } catch (error) {
      return hasCode(error, 'ENOENT') ? false : undefined;
    }
  }

  #lose(): void {
    this.stop();
    if (this.signal.aborted) return;
    const owner = ownerOf(textIn(this.#file));
    const who = owner === undefined ? 'another process' : `process ${owner.pid} on ${owner.host}`;
    this.#losing.abort(
      new UmbraError('job.already-running', `the restore ${this.#id} was taken over by ${who}`, {
        hint: 'This one showed no sign of life for a minute, and does nothing more. See how it goes: umbra restore --list',
      }),
    );
  }

  #time(): readonly [Instant, number] {
    return [this.#clock.now(), this.#clock.monotonicMs()];
  }

  #silence(): DurationMs {
    const [now, steady] = this.#time();
    return Math.max(Math.abs(now - this.#known[0]), steady - this.#known[1]);
  }

  stop(): void {
    this.#beating[Symbol.dispose]();
  }

  [Symbol.dispose](): void {
    this.stop();
    if (this.#isOurs() === true) rmSync(this.#file, { force: true });
  }
}

function textIn(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}

/** Undefined if there is none, or it died while it wrote this. */
function ownerOf(text: string | undefined): ProcessIdentity | undefined {
  try {
    return JSON.parse(text ?? '') as ProcessIdentity;
  } catch {
    return undefined;
  }
}
