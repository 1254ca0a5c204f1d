import type { JobId, RunRecord } from '@umbracore/contracts';
import type { CoordinatorPorts } from '../ports.ts';
import type { Registry } from '../registry.ts';
import { Accountant } from './accountant.ts';
import { FollowUps } from './follow-ups.ts';
import { RunQueue } from './run-queue.ts';
import type { RunCarrier } from './run-queue.ts';
import { Timeline } from './timeline.ts';

export interface DueOptions {
  /** Only these; all if absent. */
  readonly jobs?: readonly JobId[] | undefined;
  /** Aborting it cancels the runs that were started. */
  readonly signal?: AbortSignal | undefined;
}

interface DueParts {
  readonly ports: CoordinatorPorts;
  readonly registry: Registry;
  readonly carrier: RunCarrier;
}

/**
 * Accounts for everything that is due and starts it, as a dispatcher does, but once: it resolves when what could be started
 * has ended, with the runs that were started. What has to wait for something else waits in the store for the next one.
 */
export async function runDue(
  { ports, registry, carrier }: DueParts,
  { jobs, signal }: DueOptions,
): Promise<readonly RunRecord[]> {
  const timeline = new Timeline(ports, registry);
  const followUps = new FollowUps(ports.store, registry);
  const accountant = new Accountant({ ports, registry, timeline, followUps });
  const isChosen = (job: JobId): boolean => jobs?.includes(job) ?? true;
  const chosen = registry.jobs().flatMap(({ id }) => (isChosen(id) ? [id] : []));
  await timeline.readCursors();
  await accountant.account(chosen, ports.clock.now());

  const ended: RunRecord[] = [];
  const queue = new RunQueue({
    ports,
    registry,
    carrier,
    // The nodes of a chain are started by the one that walks through it.
    chosen: (run) => isChosen(run.job) && run.slot !== null && run.parent === null,
    onChange: () => {},
    onEnd: (run) => void ended.push(run),
  });
  await queue.refresh();
  using _cancelling = onAbort(signal, () => {
    for (const run of queue.working.keys()) void carrier.cancel(run, 'asked for').catch(() => {});
  });
  for (;;) {
    if (signal?.aborted !== true) await queue.play(false);
    if (queue.working.size > 0) await Promise.race(queue.working.values());
    else if (!(await queue.conditionsKnown())) return ended;
  }
}

function onAbort(signal: AbortSignal | undefined, act: () => void): Disposable {
  signal?.addEventListener('abort', act, { once: true });
  return { [Symbol.dispose]: () => signal?.removeEventListener('abort', act) };
}
