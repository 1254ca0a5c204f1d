import { isInSightOf } from '@umbracore/contracts';
import type { DurationMs, JobId, Lease, RunId, RunRecord } from '@umbracore/contracts';
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
 * False if that was given up for the signal.
 */
export async function untilCertain(
  ports: CoordinatorPorts,
  chosen: (job: JobId) => boolean,
  signal: AbortSignal,
): Promise<boolean> {
  const { store, clock, log, events } = ports;
  const begin = clock.monotonicMs();
  let told: RunId | undefined;
  while (!signal.aborted) {
    const sinceMs = clock.monotonicMs() - begin;
    if (sinceMs > leaseTtlMs) return true;
    // A store that refuses tells whoever asks it next.
    const open = (await store.open().catch(() => [])).filter(({ run }) => chosen(run.job));
    const doubtful = await Promise.all(open.map((entry) => isDoubtful(ports, entry, sinceMs).catch(() => false)));
    const first = open[doubtful.indexOf(true)];
    if (first === undefined) return true;
    const { id: run, job, repository, parent } = first.run;
    if (told !== run && first.lease !== undefined) {
      const { owner } = first.lease;
      log.info({ run, owner }, 'Waits for a sign of life of who has the run');
      const waitMs = leaseTtlMs - sinceMs;
      events.publish({ type: 'run.doubted', time: clock.now(), run, job, repository, parent, owner, waitMs });
    }
    told = run;
    await clock.sleep(lookEveryMs, signal).catch(() => {});
  }
  return told === undefined;
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
