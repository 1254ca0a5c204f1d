import { isTerminal } from '@umbracore/contracts';
import type { ConditionState, Instant, JobDefinition, RunId, RunRecord } from '@umbracore/contracts';
import type { QueuedRun } from '../decide.ts';
import type { CoordinatorPorts } from '../ports.ts';
import { lapseOf, runBefore } from './after-edges.ts';
import type { RoundFacts } from './round.ts';
import { lateAfterMs, roomOf } from './schedule-slots.ts';
import { lookEveryMs } from './settings.ts';
import { slotOfRun } from './slot-of-run.ts';
import type { SlotOfRun } from './slot-of-run.ts';
import { placeOf } from './superseding.ts';

/** What never changes about a queued run. */
interface Standing {
  readonly slot: SlotOfRun;
  readonly lapses: QueuedRun['lapses'];
}

export type KnownConditions = (job: JobDefinition) => readonly ConditionState[] | undefined;

/** Finds out what a round has to know about the runs that wait. */
export class FactFinder {
  readonly #ports: CoordinatorPorts;
  readonly #standings = new Map<RunId, Standing>();
  /** The newest good run of each place, as of a moment ago. */
  #good: { readonly runs: Map<string, RunRecord>; readonly readMs: number } | undefined;

  constructor(ports: CoordinatorPorts) {
    this.#ports = ports;
  }

  /** Undefined while its conditions are being looked at. `open` are all runs that have not ended. */
  async factsOf(
    run: RunRecord,
    job: JobDefinition,
    open: ReadonlySet<RunId>,
    conditionsOf: KnownConditions,
  ): Promise<RoundFacts | undefined> {
    const now = this.#ports.clock.now();
    const standing = this.#standings.get(run.id) ?? (await this.#standingOf(run));
    this.#standings.set(run.id, standing);
    const chain = run.parent === null ? undefined : { run: run.parent, ended: await this.#hasEnded(run.parent, open) };
    const { slot, lapses } = standing;
    const known = { startAt: slot.startAt, lapses, chain, opening: slot.opening(now) };
    // An attempt after the first does not wait for windows.
    if (run.state === 'retrying') {
      return { startAt: now, lapses: undefined, madeUpBy: await this.#madeUpBy(run, job, now), chain: undefined };
    }
    if (slot.startAt > now) return { ...known, madeUpBy: undefined };
    const conditional = hasConditions(run, job);
    const conditions = conditional ? conditionsOf(job) : undefined;
    if (conditional && conditions === undefined) return undefined;
    const madeUpBy = await this.#madeUpBy(run, job, now);
    return { ...known, conditions, unmetSince: Math.max(run.queuedAt, slot.startAt), madeUpBy };
  }

  /** A run has ended. */
  noteEnd(run: RunRecord): void {
    if (run.state === 'succeeded' || run.state === 'warning') this.#good?.runs.set(placeOf(run), run);
  }

  /** Only these are asked about from now on. */
  keep(open: ReadonlySet<RunId>): void {
    for (const id of this.#standings.keys()) if (!open.has(id)) this.#standings.delete(id);
  }

  async #standingOf(run: RunRecord): Promise<Standing> {
    const { calendar, host } = this.#ports;
    const slot = slotOfRun(run, calendar, host);
    const lapses = slot.lapsesAt === undefined ? await this.#lapseAfter(run) : lapseAt(slot.lapsesAt, 'catch-up');
    return { slot, lapses };
  }

  async #lapseAfter(run: RunRecord): Promise<QueuedRun['lapses']> {
    const before = runBefore(run.slot);
    const upstream = before === undefined ? undefined : await this.#ports.store.run(before);
    if (upstream === undefined) return undefined;
    const edges = (run.plan.job.after ?? []).filter((edge) => edge.job === upstream.job);
    const at = edges.length === 0 ? undefined : lapseOf(edges, run.slotAt ?? run.queuedAt);
    return at === undefined ? undefined : lapseAt(at, 'after');
  }

  async #hasEnded(chain: RunId, open: ReadonlySet<RunId>): Promise<boolean> {
    if (open.has(chain)) return false;
    const run = await this.#ports.store.run(chain);
    return run === undefined || isTerminal(run.state);
  }

  /** Whoever did the work of the job after a slot was due did it for the slot too. On time there is nobody who could have. */
  async #madeUpBy(run: RunRecord, job: JobDefinition, now: Instant): Promise<RunId | undefined> {
    const slotAt = run.slotAt ?? run.queuedAt;
    const since = run.startedAt ?? slotAt;
    const onTime = run.startedAt === null && now - slotAt <= lateAfterMs;
    if (onTime || run.slot === null || run.parent !== null || roomOf(job) > 1) return undefined;
    const good = (await this.#latestGood()).get(placeOf(run));
    if (good === undefined || good.plan.options.dryRun === true) return undefined;
    const began = good.startedAt ?? good.queuedAt;
    return began >= since && began <= now ? good.id : undefined;
  }

  async #latestGood(): Promise<ReadonlyMap<string, RunRecord>> {
    const nowMs = this.#ports.clock.monotonicMs();
    if (this.#good === undefined || nowMs - this.#good.readMs >= lookEveryMs) {
      const latest = await this.#ports.store.latest(['succeeded', 'warning']);
      this.#good = { runs: new Map(latest.map((run) => [placeOf(run), run])), readMs: nowMs };
    }
    return this.#good.runs;
  }
}

const lapseAt = (at: Instant, code: 'after' | 'catch-up'): QueuedRun['lapses'] => ({ at, code });

const hasConditions = (run: RunRecord, { conditions }: JobDefinition): boolean =>
  conditions !== undefined && conditions.all.length > 0 && run.plan.options.ignoreConditions !== true;
