import type { DurationMs, JobId } from '@umbracore/contracts';
import { leaseTtlMs } from './lease-keeper.ts';
import { isInDoubt } from './owner.ts';
import type { CoordinatorPorts } from './ports.ts';

const lookEveryMs: DurationMs = 1000;

/**
 * Waits until it is certain of each owner out of sight whether he has given up what he held of these jobs: whoever looks once, and ends,
 * would never know. Not longer than that takes: where two clocks differ much it stays in doubt.
 */
export async function untilCertain(
  ports: CoordinatorPorts,
  chosen: (job: JobId) => boolean,
  signal: AbortSignal,
): Promise<void> {
  const { store, clock, log } = ports;
  const deadline = clock.monotonicMs() + leaseTtlMs + lookEveryMs;
  for (let looks = 0; !signal.aborted && clock.monotonicMs() < deadline; looks += 1) {
    // A store that refuses tells whoever asks it next.
    const open = await store.open().catch(() => []);
    const doubtful = open.find(({ run, lease }) => chosen(run.job) && lease !== undefined && isInDoubt(ports, lease));
    if (doubtful === undefined) return;
    if (looks === 0) log.info({ run: doubtful.run.id }, 'Waits for a sign of life of who has the run');
    await clock.sleep(lookEveryMs, signal).catch(() => {});
  }
}
