import { isTerminal, UmbraError } from '@umbracore/contracts';
import type { Instant, Lease, RunId, RunPlan, RunRecord, Trigger } from '@umbracore/contracts';
import { decide } from './decide.ts';
import type { OpenRun } from './decide.ts';
import { factsFor } from './gather-facts.ts';
import { leaseTtlMs } from './lease-keeper.ts';
import { recoverOne } from './recovery.ts';
import type { Recoverer } from './recovery.ts';

/** What a run stands for: a due instant, or a request that may be sent again and has no instant. */
export interface RunSlot {
  readonly key: string;
  readonly at: Instant | null;
}

export interface NewRunRequest {
  readonly id: RunId;
  readonly plan: RunPlan;
  readonly trigger?: Trigger | undefined;
  readonly slot?: RunSlot | undefined;
  readonly signal: AbortSignal;
}

/**
 * Records a run, claims it and carries it out. Throws `job.already-running` if another run of the job is under way on this
 * repository. `onQueued` is told of the run, which for a slot may be one that was recorded before.
 */
export async function requestRun(
  recoverer: Recoverer,
  { id, plan, trigger = 'api', slot, signal }: NewRunRequest,
  onQueued: (run: RunRecord) => void,
): Promise<RunRecord> {
  const { store, clock, events, processTable } = recoverer.ports;
  await makeWay(recoverer, plan);
  const slotKeys = { slot: slot?.key ?? null, slotAt: slot?.at ?? null };
  const now = clock.now();
  const claimant = { owner: processTable.self(), now, ttlMs: leaseTtlMs };
  const { run, created, claim } = await store.begin({ id, trigger, ...slotKeys, queuedAt: now, plan }, claimant);
  const recordedBefore = !created && (claim.granted || claim.reason === 'ended');
  if (recordedBefore && slot === undefined) throw new UmbraError('internal', `The id ${id} belongs to another run`);
  onQueued(run);
  if (isTerminal(run.state)) return run;
  const { job, repository } = run;
  if (created) events.publish({ type: 'run.queued', time: clock.now(), run: run.id, job, repository });
  if (claim.granted) return await recoverer.carryOut(claim.run, claim.lease, { type: 'attempt' }, 'wait', signal);
  throw alreadyRunning(plan, claim.holder && asOpenRun(claim.holder, run));
}

/** Takes what a dead coordinator left out of the way. Throws `job.already-running` if something lives. */
async function makeWay(recoverer: Recoverer, plan: RunPlan): Promise<void> {
  const { ports } = recoverer;
  const facts = await factsFor(ports, plan.job, plan.repository?.name ?? '', ports.clock.now(), { asked: true });
  const { verdict } = decide(plan.job, facts, ports.clock.now());
  if (verdict.type === 'blocked') throw alreadyRunning(plan, verdict.by);
  const ours = new Set(
    facts.open.filter(({ repository }) => repository === (plan.repository?.name ?? '')).map(({ id }) => id),
  );
  if (ours.size === 0) return;
  for (const entry of await ports.store.open()) {
    if (!ours.has(entry.run.id)) continue;
    const { record, action } = await recoverOne(recoverer, entry, false);
    if (action === 'leave' && record.state === 'running') throw alreadyRunning(plan, asOpenRun(entry.lease, record));
  }
}

const asOpenRun = (lease: Lease | undefined, run: RunRecord): OpenRun => ({
  id: lease?.run ?? run.id,
  repository: run.repository,
  pid: lease?.owner.pid,
  since: run.startedAt ?? run.queuedAt,
  retryAt: undefined,
});

function alreadyRunning({ job, repository }: RunPlan, by: OpenRun | undefined): UmbraError {
  const where =
    by === undefined
      ? ''
      : `: run ${by.id}${by.pid === undefined ? '' : ` in process ${by.pid}`}, since ${new Date(by.since).toISOString()}`;
  return new UmbraError(
    'job.already-running',
    `The job "${job.id}" already runs on "${repository?.name ?? job.kind}"${where}`,
    {
      hint:
        by === undefined
          ? 'Wait until it has ended.'
          : `Wait until it has ended, or cancel it with \`umbra cancel ${by.id}\`.`,
      context: by === undefined ? {} : { run: by.id, pid: by.pid, since: by.since },
    },
  );
}
