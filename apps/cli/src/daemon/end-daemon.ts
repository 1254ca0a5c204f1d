import { isInSightOf, UmbraError, type DaemonNote } from '@umbracore/contracts';
import { DaemonClient } from './daemon-client.ts';

const lookEveryMs = 50;

/** It ends within seconds whatever runs, for what runs goes on without it. */
const patienceMs = 30_000;

/** Asks a daemon to end and waits until it is gone. Never touches another process that has its pid now. */
export async function endDaemon(note: DaemonNote, signal: AbortSignal): Promise<void> {
  const { process: identity } = note;
  const { systemClock, systemProcessTable } = await import('../doors/process-table.ts');
  const table = systemProcessTable();
  if (!isInSightOf(table.self(), identity)) {
    // Throws if it does not answer: then it is as good as gone, and the lock of the state folder keeps two from working at once.
    await new DaemonClient(note).get('/health', [200, 503]);
    const who = `the daemon, process ${identity.pid} on ${identity.host}`;
    throw new UmbraError('daemon.refused', `${who}, works where no signal from here reaches it`, {
      hint: 'End it in the container or on the machine where it works.',
    });
  }
  if (!table.isAlive(identity)) {
    throw new UmbraError('daemon.unreachable', `the daemon that was process ${identity.pid} has ended already`, {
      hint: 'Start another one: `umbra daemon start`.',
    });
  }
  process.kill(identity.pid, 'SIGTERM');
  const deadline = systemClock.monotonicMs() + patienceMs;
  while (table.isAlive(identity)) {
    if (systemClock.monotonicMs() > deadline) {
      throw new UmbraError('daemon.refused', `the daemon, process ${identity.pid}, has not ended`, {
        hint: `Look into its log, then end it: kill -KILL ${identity.pid}`,
      });
    }
    await systemClock.sleep(lookEveryMs, signal);
  }
}
