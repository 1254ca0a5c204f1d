import { isInSightOf } from '@umbracore/contracts';
import type { DurationMs, JobId, Lease, RunRecord } from '@umbracore/contracts';
import { leaseTtlMs } from './lease-keeper.ts';
import { isInDoubt, isInHands } from './owner.ts';
import type { CoordinatorPorts } from './ports.ts';
import { lastTraceOfAny } from './recover.ts';

const lookEveryMs: DurationMs = 1000;
/** An engine that is not found to have ended by then is at work. */
const engineMs: DurationMs = 20_000;

interface OpenEntry {
  readonly run: RunRecord;
  readonly lease: Lease | undefined;
}

/**
 * Waits until it is certain of each owner out of sight, and of each engine that one left, whether he has given up what he held of these
 * jobs: whoever looks once, and ends, would never know. Not longer than that takes: where two clocks differ much it stays in doubt.
 */
export async function untilCertain(
  ports: CoordinatorPorts,
  chosen: (job: JobId) => boolean,
  signal: AbortSignal,
): Promise<void> {
  const { store, clock, log } = ports;
  const begin = clock.monotonicMs();
  for (let looks = 0; !signal.aborted; looks += 1) {
    const sinceMs = clock.monotonicMs() - begin;
    if (sinceMs > leaseTtlMs) return;
    // A store that refuses tells whoever asks it next.
    const open = (await store.open().catch(() => [])).filter(({ run }) => chosen(run.job));
    const doubtful = await Promise.all(open.map((entry) => isDoubtful(ports, entry, sinceMs).catch(() => false)));
    const first = open[doubtful.indexOf(true)];
    if (first === undefined) return;
    if (looks === 0) log.info({ run: first.run.id }, 'Waits for a sign of life of who has the run');
    await clock.sleep(lookEveryMs, signal).catch(() => {});
  }
}

async function isDoubtful(ports: CoordinatorPorts, { run, lease }: OpenEntry, sinceMs: DurationMs): Promise<boolean> {
  if (lease === undefined) return false;
  const isOwnerInDoubt = isInDoubt(ports, lease);
  if (!isOwnerInDoubt && (isInHands(ports, lease) || sinceMs > engineMs)) return false;
  // Also while the owner is in doubt: what is seen of both is seen from now on.
  return (await mayEngineWork(ports, run)) || isOwnerInDoubt;
}

/** Of an engine out of sight; who works in sight is certain. */
async function mayEngineWork({ store, engineProcesses, processTable }: CoordinatorPorts, run: RunRecord) {
  const trace = lastTraceOfAny(run, await store.steps(run.id));
  const engine = trace && (await engineProcesses.find(trace.spool).catch(() => undefined));
  const identity = engine?.identity();
  return engine?.isAtWork() === true && identity !== undefined && !isInSightOf(processTable.self(), identity);
}
