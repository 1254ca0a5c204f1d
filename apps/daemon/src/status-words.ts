import { statSync } from 'node:fs';
import { join } from 'node:path';
import { isTerminal, type Instant } from '@umbracore/contracts';
import type { Daemon } from './daemon.ts';
import type { Screen, Shown, ShowStatus } from './show-status.ts';
import { standingsOf, type Standings } from './standings.ts';

/** The words round ages and distances down to minutes at the least: so much later they are as true. */
const keptMs = 30_000;

/** A file system may give one time to all that happens within so long. */
const sameTickMs = 50;

/** What in the state folder tells how jobs stand, and changes when that does. */
const telling = ['state.db', 'state.db-wal', 'damage', 'sizes'] as const;

/** What an answer rests on, beside the clock. */
interface Basis {
  readonly question: string;
  readonly current: unknown;
  readonly refusal: unknown;
  readonly written: string;
}

interface Kept extends Basis {
  readonly at: Instant;
  readonly shown: Shown;
}

/**
 * How all jobs stand, in words. Prompts and status bars ask for them all the time, and most of the time nothing has happened: then
 * they get what was said before, for half a minute at the most. What was written down since is always told, by whomever.
 */
export class StatusWords {
  readonly #show: ShowStatus;
  #kept: Kept | undefined;

  constructor(show: ShowStatus) {
    this.#show = show;
  }

  async of(daemon: Daemon, screen: Screen): Promise<Shown> {
    const { runtime, live } = daemon;
    const { clock, paths, store } = runtime;
    const now = clock.now();
    const basis: Basis = {
      question: JSON.stringify([screen, store.health]),
      current: live.current,
      refusal: live.refusal,
      written: lastWritten(paths.stateDir),
    };
    if (this.#kept !== undefined && isSame(this.#kept, basis) && isFresh(this.#kept, now)) return this.#kept.shown;
    const standings = await standingsOf(daemon);
    const shown = await this.#show(standings, screen);
    this.#kept =
      store.health.mode === 'durable' && isAtRest(standings) && hasSettled(paths.stateDir, now)
        ? { ...basis, at: now, shown }
        : undefined;
    return shown;
  }
}

const isSame = (one: Basis, other: Basis): boolean =>
  one.question === other.question &&
  one.current === other.current &&
  one.refusal === other.refusal &&
  one.written === other.written;

/** A clock that was set back makes nothing last longer. */
const isFresh = ({ at }: Kept, now: Instant): boolean => now >= at && now < at + keptMs;

/** Of what is under way, nobody writes down that its process was killed. */
const isAtRest = ({ jobs }: Standings): boolean =>
  jobs.every(({ lastAttempt }) => lastAttempt === null || isTerminal(lastAttempt.state));

const times = (stateDir: string): readonly bigint[] =>
  telling.map((name) => statSync(join(stateDir, name), { bigint: true, throwIfNoEntry: false })?.mtimeNs ?? 0n);

const lastWritten = (stateDir: string): string => times(stateDir).join();

/** What is written within the tick of the last change could not be told from it. */
const hasSettled = (stateDir: string, now: Instant): boolean =>
  times(stateDir).every((time) => time / 1_000_000n < BigInt(now - sameTickMs));
