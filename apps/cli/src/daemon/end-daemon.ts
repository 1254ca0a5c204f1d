import { UmbraError, type DaemonNote } from '@umbracore/contracts';

const lookEveryMs = 50;

/** It ends within seconds whatever runs, for what runs goes on without it. */
const patienceMs = 30_000;

/** Asks a daemon to end and waits until it is gone. Never touches another process that has its pid now. */
export async function endDaemon({ process: identity }: DaemonNote, signal: AbortSignal): Promise<void> {
  const { systemClock, systemProcessTable } = await import('../doors/process-table.ts');
  const table = systemProcessTable();
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
