import type { Daemon } from '../daemon.ts';
import { writeHeartbeat } from './note.ts';

/** Somebody who finds a heartbeat that is older than five of these takes the daemon for dead. */
const everyMs = 60_000;

/** Writes down that the daemon lives, at once and then every minute until disposed. */
export function beat({ runtime, nextAt }: Daemon): Disposable {
  const { clock, log, paths, processTable } = runtime;
  const self = processTable.self();
  const tick = (): void => {
    try {
      writeHeartbeat(paths.stateDir, { process: self, at: clock.now(), nextAt: nextAt() ?? null });
    } catch (error) {
      log.warn({ error: String(error) }, 'the heartbeat could not be written');
    }
  };
  tick();
  return clock.every(everyMs, tick);
}
