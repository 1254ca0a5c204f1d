import { isTerminal, isUmbraError, toUmbraError, UmbraError } from '@umbracore/contracts';
import type {
  Conditions,
  DurationMs,
  Instant,
  JobDefinition,
  Lease,
  RunId,
  RunPlan,
  RunRecord,
  Trigger,
} from '@umbracore/contracts';
import { decide } from './decide.ts';
import type { OpenRun, Reason } from './decide.ts';
import { factsOfRequest, openRun } from './gather-facts.ts';
import { leaseTtlMs } from './lease-keeper.ts';
import { isUnseen } from './owner.ts';
import type { CoordinatorPorts } from './ports.ts';
import { raiseAlarm } from './raise-alarm.ts';
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
  /** So long is another run of the job on this repository waited for; not at all if absent. */
  readonly waitMs?: DurationMs | undefined;
  /** True if the same could have been asked for with `umbra run JOB --wait`. */
  readonly canWait: boolean;
  readonly signal: AbortSignal;
  /** Aborts, with an error, when this coordinator begins nothing more. */
  readonly closing: AbortSignal;
}

/** So often is looked whether a run of another process has ended; one of this process says so itself. */
const lookEveryMs = 1000;

/** The same as `requestRun`, when its turn has come. */
async function requestInTurn(
  recoverer: Recoverer,
  request: NewRunRequest,
  onQueued: (run: RunRecord) => void,
): Promise<RunRecord> {
  const { ports } = recoverer;
  const { id, plan, waitMs = 0, signal, closing } = request;
  const until = AbortSignal.any([signal, closing]);
  const begunMs = ports.clock.monotonicMs();
  const deadline = begunMs + waitMs;
  let told: RunId | undefined;
  for (;;) {
    const waitedMs = told === undefined ? undefined : ports.clock.monotonicMs() - begunMs;
    try {
      return await requestRun(recoverer, { ...request, waitedMs }, onQueued);
    } catch (error) {
      const behind = await otherInTheWay(ports, error, request);
      const leftMs = deadline - ports.clock.monotonicMs();
      if (behind === undefined || leftMs <= 0) throw error;
      if (told !== behind) {
        const subject = { run: id, job: plan.job.id, repository: plan.repository?.name ?? '' };
        ports.events.publish({ type: 'run.waiting', time: ports.clock.now(), ...subject, behind });
      }
      told = behind;
      await untilGone(ports, behind, leftMs, until);
      closing.throwIfAborted();
      if (signal.aborted) throw new UmbraError('run.cancelled', `The run was cancelled: ${String(signal.reason)}`);
    }
  }
}

/** A request with how long it has waited for its turn; undefined if not at all. */
type AskedNow = NewRunRequest & { readonly waitedMs: DurationMs | undefined };

/** The run that a refusal names, unless that is the very one that the slot asked for earlier. */
async function otherInTheWay(
  { store }: CoordinatorPorts,
  error: unknown,
  { slot }: NewRunRequest,
): Promise<RunId | undefined> {
  if (!isUmbraError(error) || error.code !== 'job.already-running') return undefined;
  const id = error.context['run'];
  if (typeof id !== 'string') return undefined;
  const isOurs = slot !== undefined && (await store.run(id))?.slot === slot.key;
  return isOurs ? undefined : id;
}

/** Waits until a run has ended, or nobody carries it out any more, but not longer than that. */
async function untilGone(
  ports: CoordinatorPorts,
  id: RunId,
  patienceMs: DurationMs,
  signal: AbortSignal,
): Promise<void> {
  const { clock, events, store } = ports;
  const over = new AbortController();
  const until = AbortSignal.any([signal, over.signal]);
  using _finished = events.on('run.finished', ({ run }) => run === id && over.abort());
  const deadline = clock.monotonicMs() + patienceMs;
  for (let leftMs = patienceMs; leftMs > 0 && !until.aborted; leftMs = deadline - clock.monotonicMs()) {
    await clock.sleep(Math.min(lookEveryMs, leftMs), until).catch(() => {});
    const entry = (await store.open()).find(({ run }) => run.id === id);
    if (entry === undefined || openRun(ports, entry.run, entry.lease).pid === undefined) return;
  }
}

/**
 * Records a run, claims it and carries it out. Throws `job.already-running` if another run of the job is under way on this
 * repository. `onQueued` is told of the run, which for a slot may be one that was recorded before.
 */
async function requestRun(
  recoverer: Recoverer,
  request: AskedNow,
  onQueued: (run: RunRecord) => void,
): Promise<RunRecord> {
  const { id, plan, trigger = 'api', slot, signal, closing } = request;
  const { store, clock, events, processTable } = recoverer.ports;
  await makeWay(recoverer, request);
  closing.throwIfAborted();
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
  throw alreadyRunning(request, claim.holder && asOpenRun(recoverer.ports, claim.holder, run));
}

/**
 * Takes what a dead coordinator left out of the way. Throws `job.already-running` if something lives, and
 * `job.condition-not-met` unless conditions do not count.
 */
async function makeWay(recoverer: Recoverer, request: AskedNow): Promise<void> {
  const { ports } = recoverer;
  const { job, repository, options } = request.plan;
  const name = repository?.name ?? '';
  const facts = await factsOfRequest(ports, job, name, options);
  const { verdict, reasons } = decide(job, facts, ports.clock.now());
  if (verdict.type === 'blocked') throw alreadyRunning(request, verdict.by);
  if (verdict.type === 'skip') throw faultIn(ports.conditions, job) ?? notMet(job, reasons);
  const ours = new Set(facts.open.filter((open) => open.repository === name).map(({ id }) => id));
  if (ours.size === 0) return;
  for (const entry of await ports.store.open()) {
    if (!ours.has(entry.run.id)) continue;
    const { record, action } = await recoverOne(recoverer, entry, false);
    if (action === 'leave' && record.state === 'running')
      throw alreadyRunning(request, asOpenRun(ports, entry.lease, record));
  }
}

/** A condition that nobody can look at is not one that does not hold. */
function faultIn(conditions: Conditions, job: JobDefinition): UmbraError | undefined {
  try {
    for (const rule of job.conditions?.all ?? []) conditions.check(rule);
    return undefined;
  } catch (thrown) {
    return toUmbraError(thrown);
  }
}

function notMet({ id }: JobDefinition, reasons: readonly Reason[]): UmbraError {
  const why = reasons.find(({ code, ok }) => code === 'condition' && !ok)?.text ?? 'a condition is not met';
  return new UmbraError('job.condition-not-met', `The job "${id}" does not start: ${why}`, {
    hint: `Run it whatever its conditions say: \`umbra run ${id} --ignore-conditions\`.`,
  });
}

const asOpenRun = (ports: CoordinatorPorts, lease: Lease | undefined, run: RunRecord): OpenRun => ({
  id: lease?.run ?? run.id,
  repository: run.repository,
  pid: lease?.owner.pid,
  isUnseen: lease !== undefined && isUnseen(ports, lease),
  since: run.startedAt ?? run.queuedAt,
  retryAt: undefined,
});

function alreadyRunning(request: AskedNow, by: OpenRun | undefined): UmbraError {
  const { job, repository } = request.plan;
  const where =
    by === undefined
      ? ''
      : `: run ${by.id}${by.pid === undefined ? '' : ` in process ${by.pid}`}, since ${new Date(by.since).toISOString()}`;
  return new UmbraError(
    'job.already-running',
    `The job "${job.id}" already runs${repository === null ? '' : ` on "${repository.name}"`}${where}`,
    {
      hint: hintOn(request, by),
      context: by === undefined ? {} : { run: by.id, pid: by.pid, since: by.since },
    },
  );
}

export interface AskedRuns extends Pick<
  NewRunRequest,
  'trigger' | 'slot' | 'waitMs' | 'canWait' | 'signal' | 'closing'
> {
  readonly plans: readonly RunPlan[];
  /** Of each plan; the ids of runs that were recorded before take their place. */
  readonly runIds: RunId[];
  /** Told of each refusal before the next plan has its turn. */
  readonly refused?: ((error: UmbraError) => Promise<void> | void) | undefined;
}

/**
 * The runs of one request, one after the other. A refusal of one does not keep the next from running; it is thrown at the end
 * unless somebody is told of each. After `signal` or `closing` has aborted, no further one begins.
 */
export async function requestAll(
  recoverer: Recoverer,
  { plans, runIds, refused, ...asked }: AskedRuns,
): Promise<readonly RunRecord[]> {
  const { signal, closing } = asked;
  const ended: RunRecord[] = [];
  let refusal: UmbraError | undefined;
  for (const [index, plan] of plans.entries()) {
    if (index > 0 && signal.aborted) break;
    try {
      closing.throwIfAborted();
      const request = { id: runIds[index] ?? '', plan, ...asked };
      ended.push(await requestInTurn(recoverer, request, ({ id }) => (runIds[index] = id)));
    } catch (thrown) {
      const error = toUmbraError(thrown);
      refusal ??= error;
      raiseAlarm(recoverer.ports, error);
      await refused?.(error);
      // The same would be said of those that follow.
      if (closing.aborted) break;
    }
  }
  if (refusal !== undefined && refused === undefined) throw refusal;
  return ended;
}

/** A wait, to the second, or to the minute when those are many. */
const lengthText = (ms: DurationMs): string =>
  ms < 120_000 ? `${Math.round(ms / 1000)} s` : `${Math.round(ms / 60_000)} min`;

function hintOn({ plan, canWait, waitedMs }: AskedNow, by: OpenRun | undefined): string {
  const waited = waitedMs === undefined ? '' : `It was waited for ${lengthText(waitedMs)}. `;
  const command = `\`umbra run ${plan.job.id} --wait\``;
  const end = waited === '' ? `Let it end first: ${command}` : `Wait as long as it takes: ${command}`;
  const wait = canWait ? end : 'Wait until it has ended';
  if (by === undefined) return `${waited}${wait}.`;
  const hint = `${waited}${wait}${canWait ? ';' : ','} or cancel it with \`umbra cancel ${by.id}\`.`;
  if (by.isUnseen !== true) return hint;
  return `${hint} Whether that process lives cannot be seen from here: if it does not, somebody else can have the run half a minute later.`;
}
