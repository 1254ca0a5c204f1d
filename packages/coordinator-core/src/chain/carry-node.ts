import { isTerminal, isUmbraError } from '@umbracore/contracts';
import type {
  AccountedEnd,
  Clock,
  DurationMs,
  EventStream,
  Instant,
  Lease,
  RunId,
  RunRecord,
} from '@umbracore/contracts';
import { decide } from '../decide.ts';
import type { Decision, Verdict } from '../decide.ts';
import { noSlots, openRun } from '../gather-facts.ts';
import { leaseTtlMs } from '../lease-keeper.ts';
import { fenceOfDead, isOwnerAlive } from '../owner.ts';
import { heldBy } from '../recover.ts';
import { recoverOne } from '../recovery.ts';
import type { Recoverer } from '../recovery.ts';
import { runSubject } from '../run-subject.ts';

interface Entry {
  readonly run: RunRecord;
  readonly lease: Lease | undefined;
}

/** For how long nothing is to be done, unless this run ends before, or any run if it names none. */
interface Pause {
  readonly ms: DurationMs;
  readonly orEnd: RunId | undefined;
}

/** What other processes do is looked for so often. */
const lookMs: DurationMs = 1000;
const look: Pause = { ms: lookMs, orEnd: undefined };
/** What this process does is told as an event. */
const tellMs: DurationMs = 30_000;
/** Conditions cost more to look at, and change slowly. */
const conditionsMs: DurationMs = 30_000;

/**
 * Carries a recorded run of a chain to its end: it starts it as soon as the rules of its job allow, or goes on with what is left
 * of it, or waits for whoever works on it. The signal ends waiting, never work.
 */
export async function carryNode(recoverer: Recoverer, id: RunId, signal: AbortSignal): Promise<void> {
  const { store, clock, events } = recoverer.ports;
  for (;;) {
    signal.throwIfAborted();
    // Before the store is read: an end that comes in between is not missed.
    using ends = new Ends(events);
    const open = await store.open();
    const entry = open.find(({ run }) => run.id === id);
    if (entry === undefined) return;
    const pause = await goOn(recoverer, entry, open);
    if (pause !== undefined) await ends.wait(clock, pause, signal);
  }
}

/** The runs of this process that end from now on. */
class Ends implements Disposable {
  readonly #seen = new Set<RunId>();
  readonly #listening: Disposable;
  #tell = (): void => {};

  constructor(events: EventStream) {
    this.#listening = events.on('run.finished', ({ run }) => {
      this.#seen.add(run);
      this.#tell();
    });
  }

  async wait(clock: Clock, { ms, orEnd }: Pause, signal: AbortSignal): Promise<void> {
    const over = new AbortController();
    this.#tell = () => {
      if (orEnd === undefined ? this.#seen.size > 0 : this.#seen.has(orEnd)) over.abort();
    };
    this.#tell();
    await clock.sleep(ms, AbortSignal.any([signal, over.signal])).catch(() => {});
  }

  [Symbol.dispose](): void {
    this.#listening[Symbol.dispose]();
  }
}

/** Undefined if there is more to do at once. */
async function goOn(recoverer: Recoverer, entry: Entry, open: readonly Entry[]): Promise<Pause | undefined> {
  const { run } = entry;
  // A dispatcher starts it when there is room for it among everything else. What ends here is told.
  if (recoverer.isActive(run.id) || recoverer.isDispatching()) return { ms: tellMs, orEnd: run.id };
  if (isHeld(recoverer, entry)) return look;
  if (run.state !== 'queued' || run.cancelRequestedAt !== null) return await goOnWith(recoverer, entry);
  const leftover = open.find((other) => isLeftBefore(recoverer, other, run));
  if (leftover !== undefined) return await goOnWith(recoverer, leftover);
  const decision = await decideOn(recoverer, run, open);
  return await follow(recoverer, entry, decision);
}

async function goOnWith(recoverer: Recoverer, entry: Entry): Promise<Pause | undefined> {
  const { record } = await recoverOne(recoverer, entry, true);
  return isTerminal(record.state) ? undefined : look;
}

const isHeld = ({ ports, isActive }: Recoverer, { run, lease }: Entry): boolean => {
  const ownerAlive = lease && isOwnerAlive(ports, lease);
  return isActive(run.id) || heldBy(run, lease, { now: ports.clock.now(), ownerAlive }) !== undefined;
};

/** What a dead coordinator left of the same work comes first: its engine may be at work. */
const isLeftBefore = (recoverer: Recoverer, other: Entry, { id, job, repository }: RunRecord): boolean =>
  other.run.id !== id &&
  other.run.job === job &&
  other.run.repository === repository &&
  other.run.state === 'running' &&
  !isHeld(recoverer, other);

async function decideOn({ ports }: Recoverer, run: RunRecord, open: readonly Entry[]): Promise<Decision> {
  const { plan, repository, trigger, parent } = run;
  const now = ports.clock.now();
  const slotAt = run.slotAt ?? run.queuedAt;
  const rules = plan.options.ignoreConditions === true ? [] : (plan.job.conditions?.all ?? []);
  const others = open.filter(({ run: { id, job } }) => id !== run.id && job === run.job);
  const facts = {
    ...noSlots,
    asked: false,
    repository,
    open: others.map((other) => openRun(ports, other.run, other.lease)).filter(({ pid }) => pid !== undefined),
    run: {
      id: run.id,
      trigger,
      slotAt,
      startAt: Math.min(slotAt, now),
      lapses: undefined,
      supersededBy: undefined,
      madeUpBy: undefined,
      chain: { run: parent ?? '', ended: false },
    },
    conditions: rules.length === 0 ? undefined : await ports.conditions.evaluate(rules),
    unmetSince: run.queuedAt,
  };
  return decide(plan.job, facts, now);
}

async function follow(recoverer: Recoverer, entry: Entry, { verdict, reasons }: Decision): Promise<Pause | undefined> {
  const { ports, carryOut, cancel } = recoverer;
  const { run, lease } = entry;
  const now = ports.clock.now();
  switch (verdict.type) {
    case 'wait':
      return waitOf(verdict, now);
    case 'blocked':
      return look;
    case 'cancel-other':
      await cancel(verdict.other.id, 'a newer run of the job takes its place');
      return look;
    case 'skip': {
      const text = reasons.find(({ code, ok }) => code === verdict.code && !ok)?.text ?? verdict.code;
      await dismiss(recoverer, run.id, {
        outcome: verdict.outcome,
        because: { code: verdict.code, text, alsoStandsFor: null },
      });
      return undefined;
    }
    case 'start': {
      const owner = ports.processTable.self();
      const evict = fenceOfDead(ports, lease);
      const claim = await ports.store.claim(run.id, { owner, now, ttlMs: leaseTtlMs, evict });
      if (!claim.granted) return look;
      await leaveToOthers(carryOut(claim.run, claim.lease, { type: 'attempt' }, 'wait'));
      return undefined;
    }
  }
}

/** Ends a run that nobody has begun. False if somebody has. */
export async function dismiss({ ports }: Recoverer, id: RunId, end: AccountedEnd): Promise<boolean> {
  const record = await ports.store.dismiss(id, end, ports.clock.now());
  if (record === undefined) return false;
  ports.events.publish({ type: 'run.finished', ...runSubject(record, ports.clock.now()), record });
  return true;
}

/** A run that was taken over while we overslept ends with whoever has it now. */
async function leaveToOthers(work: Promise<RunRecord>): Promise<void> {
  try {
    await work;
  } catch (error) {
    if (!isUmbraError(error) || error.code !== 'state.lease-lost') throw error;
  }
}

function waitOf({ until, code }: Extract<Verdict, { readonly type: 'wait' }>, now: Instant): Pause {
  const most = code === 'condition' ? conditionsMs : lookMs;
  return { ms: until === undefined ? most : Math.min(most, Math.max(1, until - now)), orEnd: undefined };
}
