import type { Clock, JobId, RunRecord } from '@umbracore/contracts';
import type { CoordinatorPorts } from '../ports.ts';
import type { Registry } from '../registry.ts';
import { Accountant } from './accountant.ts';
import { FollowUps } from './follow-ups.ts';
import { isAbandoned } from './round.ts';
import { RunQueue } from './run-queue.ts';
import type { RunCarrier } from './run-queue.ts';
import { HistoryTrimmer } from '../trim-history.ts';
import { auditEveryMs } from './settings.ts';
import { Timeline } from './timeline.ts';

export interface DueOptions {
  /** Only these; all if absent. */
  readonly jobs?: readonly JobId[] | undefined;
  /** Aborting it cancels the runs that were started. */
  readonly signal?: AbortSignal | undefined;
}

const trimSteps = 20;

interface DueParts {
  readonly ports: CoordinatorPorts;
  readonly registry: Registry;
  readonly carrier: RunCarrier;
}

/**
 * Accounts for everything that is due and starts it, as a dispatcher does, until nothing works any more: then it resolves with
 * the runs that were started. What has to wait for something else waits in the store for the next call. What becomes due
 * meanwhile is started too, for a timer of the system does not call again as long as one call works.
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

  const ended: RunRecord[] = [];
  const queue = new RunQueue({
    ports,
    registry,
    carrier,
    // The nodes of a chain are started by the one that walks through it.
    chosen: (run, open) => isChosen(run.job) && (run.parent === null || !open.has(run.parent)),
    onChange: () => {},
    // How somebody else's run ends, which was left behind, says nothing about this call.
    onEnd(run, before) {
      if (before.state === 'queued' && !isAbandoned({ run: before, pid: undefined })) ended.push(run);
    },
  });
  using _noting = ports.events.on('run.finished', ({ record }) => queue.noteEnd(record));
  using _cancelling = onAbort(signal, () => {
    for (const run of queue.working.keys()) void carrier.cancel(run, 'asked for').catch(() => {});
  });
  for (;;) {
    if (signal?.aborted !== true) {
      await accountant.account(chosen, ports.clock.now());
      await queue.refresh();
      await queue.play(false);
    }
    if (queue.working.size > 0) await nextEnd(queue.working.values(), ports.clock);
    else if (!(await queue.conditionsKnown())) {
      if (ended.length > 0) await trim(new HistoryTrimmer(ports, () => registry.limits.history));
      return ended;
    }
  }
}

/** What is left over waits for the next call. */
async function trim(trimmer: HistoryTrimmer): Promise<void> {
  for (let steps = 0; steps < trimSteps; steps += 1) if (!(await trimmer.step())) return;
}

/** Resolves when one of them has ended, or when it is time to look what is due. */
async function nextEnd(working: Iterable<Promise<void>>, clock: Clock): Promise<void> {
  const enough = new AbortController();
  const time = clock.sleep(auditEveryMs, enough.signal).catch(() => {});
  await Promise.race([...working, time]);
  enough.abort();
}

function onAbort(signal: AbortSignal | undefined, act: () => void): Disposable {
  signal?.addEventListener('abort', act, { once: true });
  return { [Symbol.dispose]: () => signal?.removeEventListener('abort', act) };
}
