import { isTerminal, toUmbraError } from '@umbracore/contracts';
import type { ErrorRecord, JobId, Lease, RunId, RunRecord, StepRecord } from '@umbracore/contracts';
import { readdir } from 'node:fs/promises';
import { tidyCalls, tidyProofs } from './calls-left.ts';
import type { Patience, RunStart } from './execute-run.ts';
import { findSnapshot } from './find-snapshot.ts';
import { leaseTtlMs } from './lease-keeper.ts';
import { repositoryOf } from './narrow-plan.ts';
import type { CoordinatorPorts } from './ports.ts';
import { fenceOfDead, isOwnerAlive } from './owner.ts';
import { raiseAlarm } from './raise-alarm.ts';
import { heldBy, isAmongHooks, lastIntent, lastTraceOfAny, recover } from './recover.ts';
import type { RecoveryAction, RecoveryFacts } from './recover.ts';
import { emptyEnd } from './run-state.ts';
import { tidySpool } from './run-log.ts';
import { tidySandbox, tidySandboxes } from './drill/sandbox.ts';

export interface Recovered {
  readonly run: RunId;
  readonly job: JobId;
  readonly action: RecoveryAction['type'];
  /** Why it was left alone. */
  readonly reason: string | undefined;
  /** The run afterwards; it has not ended if it was left alone or waits for a retry. */
  readonly record: RunRecord;
  /** Why it could not be recovered now, such as a store that refuses. */
  readonly error: ErrorRecord | undefined;
}

/** What recovery needs from the coordinator that does it. */
export interface Recoverer {
  readonly ports: CoordinatorPorts;
  readonly isActive: (run: RunId) => boolean;
  readonly carryOut: (
    run: RunRecord,
    lease: Lease,
    start: RunStart,
    patience: Patience,
    signal?: AbortSignal,
  ) => Promise<RunRecord>;
  /** Runs were recorded for whoever starts them. */
  readonly recorded: (runs: readonly RunRecord[]) => void;
  /** See `BackupCoordinator.cancel`. */
  readonly cancel: (run: RunId, reason: string) => Promise<boolean>;
  /** Whether a dispatcher of this coordinator sees to every run that nobody works on. */
  readonly isDispatching: () => boolean;
}

interface OpenEntry {
  readonly run: RunRecord;
  readonly lease: Lease | undefined;
}

/**
 * Settles, adopts or carries on what earlier coordinators left behind. Safe to call at any time, by several processes at
 * once, and again after being killed itself: all of it happens under the lease of each run.
 *
 * Where it `waits` it attaches to engines that still work, carries interrupted and queued runs out, and resolves when they have
 * ended. Without, it settles what has ended, and leaves the rest as it is or waiting for its retry.
 */
export async function recoverAll(
  recoverer: Recoverer,
  waits: (run: RunRecord) => boolean,
  chosen: (job: JobId) => boolean,
): Promise<readonly Recovered[]> {
  const all = await recoverer.ports.store.open();
  const ids = new Set(all.map(({ run }) => run.id));
  const open = all.filter(({ run }) => chosen(run.job) && !waitsForItsTurn(run, ids));
  // Oldest first within a job and repository, since only one of them can be held at a time.
  const groups = grouped(open);
  const recovered = await Promise.all(
    [...groups.values()].map(async (entries) => {
      const done: Recovered[] = [];
      for (const entry of entries.sort((a, b) => a.run.queuedAt - b.run.queuedAt)) {
        done.push(await recoverOne(recoverer, entry, waits(entry.run)));
      }
      return done;
    }),
  );
  await tidySpools(recoverer.ports);
  return recovered.flat();
}

/**
 * A recorded slot that nobody has begun is started by whoever decides on slots, when everything allows it; a node of a chain as
 * long as its chain is `open`.
 */
const waitsForItsTurn = ({ state, trigger, parent, cancelRequestedAt }: RunRecord, open: ReadonlySet<RunId>): boolean =>
  state === 'queued' &&
  cancelRequestedAt === null &&
  (parent === null ? ['schedule', 'catch-up', 'chain'].includes(trigger) : open.has(parent));

function grouped(open: readonly OpenEntry[]): ReadonlyMap<string, OpenEntry[]> {
  const groups = new Map<string, OpenEntry[]>();
  for (const entry of open) {
    const key = JSON.stringify([entry.run.job, entry.run.repository]);
    groups.set(key, [...(groups.get(key) ?? []), entry]);
  }
  return groups;
}

export async function recoverOne(recoverer: Recoverer, entry: OpenEntry, wait: boolean): Promise<Recovered> {
  const { run } = entry;
  try {
    return await takeOver(recoverer, entry, wait);
  } catch (thrown) {
    const error = toUmbraError(thrown);
    recoverer.ports.log.warn({ run: run.id, code: error.code, error: error.message }, 'The run could not be recovered');
    raiseAlarm(recoverer.ports, error);
    return { run: run.id, job: run.job, action: 'leave', reason: error.message, record: run, error: error.toRecord() };
  }
}

async function takeOver(recoverer: Recoverer, { run, lease }: OpenEntry, wait: boolean): Promise<Recovered> {
  const { ports } = recoverer;
  if (recoverer.isActive(run.id)) return left(run, 'this coordinator works on it');
  const ownerAlive = lease && isOwnerAlive(ports, lease);
  const held = heldBy(run, lease, { now: ports.clock.now(), ownerAlive });
  if (held !== undefined) return left(run, held);
  const reason = wait ? undefined : await whyNotNow(recoverer, run);
  if (reason !== undefined) return left(run, reason);
  const claim = await ports.store.claim(run.id, {
    owner: ports.processTable.self(),
    now: ports.clock.now(),
    ttlMs: leaseTtlMs,
    evict: fenceOfDead(ports, lease),
  });
  if (!claim.granted) return left(run, `it could not be claimed: ${claim.reason}`);
  // Only what is read under the lease counts: another process may have been at work until now.
  const steps = await ports.store.steps(run.id);
  const action = recover(claim.run, lease, steps, await gather(ports, claim.run, steps, ownerAlive));
  const record = await apply(recoverer, claim.run, claim.lease, action, wait);
  if (isTerminal(record.state) && record.plan.job.kind === 'drill') {
    await tolerantly(ports, tidySandbox(ports.scratchDir, record.id));
  }
  const why = action.type === 'leave' ? action.reason : undefined;
  return { run: run.id, job: run.job, action: action.type, reason: why, record, error: undefined };
}

/** Why who does not wait leaves a run alone; undefined if it can be settled. */
async function whyNotNow({ ports, isDispatching }: Recoverer, run: RunRecord): Promise<string | undefined> {
  const steps = await ports.store.steps(run.id);
  if ((await engineOf(ports, run, steps)) === 'running') {
    await resumeEngine(ports, run);
    return 'its engine is still at work';
  }
  // Those who wait for it come next.
  const isBegun = run.plan.job.kind === 'chain' ? run.state === 'running' : isDispatching() && isAmongHooks(run, steps);
  return isBegun ? 'it goes on when somebody waits for it' : undefined;
}

async function apply(
  { ports, carryOut }: Recoverer,
  run: RunRecord,
  lease: Lease,
  action: RecoveryAction,
  wait: boolean,
): Promise<RunRecord> {
  const patience = wait ? 'wait' : 'park';
  switch (action.type) {
    case 'leave':
      await ports.store.release(lease);
      return run;
    case 'requeue':
      if (wait) return await carryOut(run, lease, { type: 'attempt' }, patience);
      await ports.store.release(lease);
      return run;
    case 'resume':
      // Its work would have to be waited for.
      if (!wait) return await carryOut(run, lease, { type: 'interrupted', at: ports.clock.now() }, patience);
      return await carryOut(run, lease, action, patience);
    case 'adopt':
    case 'told':
    case 'complete':
    case 'cancel':
      return await carryOut(run, lease, action, patience);
    case 'retry':
      return await carryOut(run, lease, { type: 'interrupted', at: action.at }, patience);
    case 'fail':
      return await carryOut(run, lease, { type: 'end', end: emptyEnd('failed', action.error) }, patience);
  }
}

async function gather(
  ports: CoordinatorPorts,
  run: RunRecord,
  steps: readonly StepRecord[],
  ownerAlive: boolean | undefined,
): Promise<RecoveryFacts> {
  const engine = await engineOf(ports, run, steps);
  // The repository is asked only where its answer decides; a new attempt asks again by itself.
  const isLost = run.state === 'running' && engine === 'never-started' && lastIntent(run, steps) !== undefined;
  const asks = isLost && run.plan.job.kind === 'backup';
  return { now: ports.clock.now(), ownerAlive, engine, snapshots: asks ? await ask(ports, run) : [] };
}

async function ask(ports: CoordinatorPorts, run: RunRecord): Promise<readonly string[] | undefined> {
  try {
    const backend = await ports.repositories.backend(repositoryOf(run.plan));
    const snapshot = await findSnapshot(backend, run.id, ports.clock);
    return snapshot === undefined ? [] : [snapshot.id];
  } catch {
    return undefined;
  }
}

/** Whoever paused it is gone; nobody else would let it go on before its lock grows old. */
async function resumeEngine({ engineProcesses, store }: CoordinatorPorts, run: RunRecord): Promise<void> {
  const intent = lastIntent(run, await store.steps(run.id));
  if (intent !== undefined) await (await engineProcesses.find(intent.spool))?.resume();
}

async function engineOf(
  { engineProcesses }: CoordinatorPorts,
  run: RunRecord,
  steps: readonly StepRecord[],
): Promise<RecoveryFacts['engine']> {
  const intent = lastTraceOfAny(run, steps);
  const engine = intent && (await engineProcesses.find(intent.spool));
  if (engine === undefined) return 'never-started';
  return engine.isAtWork() ? 'running' : 'ended';
}

const left = (run: RunRecord, reason: string): Recovered => ({
  run: run.id,
  job: run.job,
  action: 'leave',
  reason,
  record: run,
  error: undefined,
});

/** What `recoverAll` does with spools, and `tidyScratch` with the rest. */
export async function tidyUp(ports: CoordinatorPorts): Promise<void> {
  await tidySpools(ports);
  await tidyScratch(ports);
}

/** A coordinator that is killed between the end of a drill, or of a call, and the removal of its folders leaves them behind. */
export async function tidyScratch(ports: CoordinatorPorts): Promise<void> {
  await tolerantly(ports, tidySandboxes(ports.store, ports.scratchDir));
  const failure = 'What a killed call left behind could not be removed';
  await tolerantly(ports, tidyCalls(ports), failure);
  await tolerantly(ports, tidyProofs(ports), failure);
  await tolerantly(ports, ports.tidyPlaces?.() ?? Promise.resolve(), failure);
}

async function tolerantly(
  { log }: CoordinatorPorts,
  removing: Promise<void>,
  failure = 'What a drill restored could not be removed',
): Promise<void> {
  try {
    await removing;
  } catch (error) {
    log.warn({ error: String(error) }, failure);
  }
}

/** A coordinator that is killed between the end of a run and the removal of its spool leaves it behind. */
async function tidySpools({ store, spoolDir, log }: CoordinatorPorts): Promise<void> {
  for (const name of await readdir(spoolDir).catch(() => [])) {
    try {
      const run = await store.run(name);
      if (run !== undefined && isTerminal(run.state)) tidySpool(spoolDir, run);
    } catch (error) {
      log.warn({ run: name, error: String(error) }, 'The spool of an ended run could not be removed');
    }
  }
}
