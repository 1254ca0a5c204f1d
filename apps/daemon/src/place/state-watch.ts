import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { DurationMs, StoreHealth } from '@umbracore/contracts';
import type { Runtime } from '@umbracore/runtime';

/** How often the state is looked at. */
const lookMs: DurationMs = 5000;

/** A disk that refuses for so long is not just busy with something large that comes and goes. */
const patienceMs: DurationMs = 5000;

/** As much as the next runs will write down. */
const roomBytes = 256 * 1024;

/** What was found out about a state. */
export interface StateFacts {
  readonly health: StoreHealth;
  /** For how long no write has succeeded; 0 if the last one did. */
  readonly refusedMs: DurationMs;
  /** Whether the folder takes files again. */
  readonly hasRoom: boolean;
  /** Whether a run is under way. */
  readonly isBusy: boolean;
}

/** Alarms that end when somebody makes room, or gives the right to write back. */
const refusalIn = ({ alarms }: StoreHealth): boolean =>
  alarms.some(({ code }) => code === 'state.full' || code === 'state.read-only');

/**
 * Why the state should be opened anew; undefined if it should not. One that takes nothing any more is opened in memory, so
 * that backups go on, and one that takes something again on its disk, as soon as that costs no run its record.
 */
export function whyOpenAnew({ health, refusedMs, hasRoom, isBusy }: StateFacts): string | undefined {
  if (!refusalIn(health)) return undefined;
  if (health.mode === 'durable') {
    return refusedMs < patienceMs ? undefined : 'The state cannot be written: runs go on without being recorded.';
  }
  return hasRoom && !isBusy ? 'The state can be written again.' : undefined;
}

interface Watched extends Pick<Runtime, 'clock' | 'log'> {
  readonly store: Pick<Runtime['store'], 'health' | 'open'>;
  readonly paths: Pick<Runtime['paths'], 'stateDir'>;
}

/** Calls `anew` once, when the state should be opened anew. */
export function watchState({ store, clock, paths, log }: Watched, anew: (why: string) => void): Disposable {
  let refusedSinceMs: number | undefined;
  const look = async (): Promise<void> => {
    const { health } = store;
    refusedSinceMs = refusalIn(health) ? (refusedSinceMs ?? clock.monotonicMs()) : undefined;
    if (refusedSinceMs === undefined) return;
    const why = whyOpenAnew({
      health,
      refusedMs: clock.monotonicMs() - refusedSinceMs,
      hasRoom: health.mode === 'volatile' && takes(paths.stateDir, roomBytes),
      isBusy: (await store.open()).some(({ lease }) => lease !== undefined),
    });
    if (why === undefined) return;
    watching[Symbol.dispose]();
    anew(why);
  };
  const watching = clock.every(lookMs, () => {
    look().catch((error: unknown) => log.warn({ error: String(error) }, 'the state could not be looked at'));
  });
  return watching;
}

/** Whether a folder takes a file of this size. */
export function takes(folder: string, bytes: number): boolean {
  const file = join(folder, `.room-${process.pid}`);
  try {
    writeFileSync(file, Buffer.alloc(bytes), { mode: 0o600, flush: true });
    return true;
  } catch {
    return false;
  } finally {
    removeQuietly(file);
  }
}

function removeQuietly(file: string): void {
  try {
    rmSync(file, { force: true });
  } catch {
    // Nothing was made where nothing can be removed.
  }
}
