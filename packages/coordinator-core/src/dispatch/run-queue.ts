import { isTerminal, toUmbraError } from '@umbracore/contracts';
import type { Instant, JobDefinition, RunId, RunRecord } from '@umbracore/contracts';
import type { Decision } from '../decide.ts';
import type { CoordinatorPorts } from '../ports.ts';
import type { Registry } from '../registry.ts';
import { runSubject } from '../run-subject.ts';
import { ConditionWatch } from './condition-watch.ts';
import { FactFinder } from './fact-finder.ts';
import { OpenRuns } from './open-runs.ts';
import type { OpenEntry } from './open-runs.ts';
import { isAbandoned, playRound } from './round.ts';
import type { Round, RoundEntry } from './round.ts';
import { tryAgainMs } from './settings.ts';

/** Carries runs out for a queue. */
export interface RunCarrier {
  /**
   * Takes the run over and carries it on until it has ended or waits for a retry. Resolves with what became of it, which is
   * nothing if somebody else has it or the store refuses. Never rejects.
   */
  carryOn(entry: OpenEntry): Promise<RunRecord>;
  /** Runs that it works on, whoever asked for them. */
  active(): readonly RunRecord[];
  cancel(run: RunId, reason: string): Promise<unknown>;
}

export interface RunQueueParts {
  readonly ports: CoordinatorPorts;
  readonly registry: Registry;
  readonly carrier: RunCarrier;
  /** Only these; all if absent. `open` are all runs that have not ended. */
  readonly chosen?: ((run: RunRecord, open: ReadonlySet<RunId>) => boolean) | undefined;
  /** Something has changed, and another round may do more. */
  readonly onChange: () => void;
  /** A run that it carried on has ended; `before` is how it was found. */
  readonly onEnd?: ((run: RunRecord, before: RunRecord) => void) | undefined;
}

/** The runs that have not ended, and what this process does about them. */
export class RunQueue {
  readonly #parts: RunQueueParts;
  readonly #facts: FactFinder;
  readonly #conditions: ConditionWatch;
  readonly #open: OpenRuns;
  readonly #working = new Map<RunId, Promise<void>>();
  /** Not looked at again before this, in monotonic time: the last try came to nothing. */
  readonly #resting = new Map<RunId, number>();
  readonly #cancelled = new Set<RunId>();
  #waiting: ReadonlyMap<RunId, Decision> = new Map();
  #waitsForOthers = false;
  /** Whether the last round asked for conditions that were not known. */
  #asked = false;

  constructor(parts: RunQueueParts) {
    this.#parts = parts;
    this.#open = new OpenRuns(parts.ports);
    this.#facts = new FactFinder(parts.ports);
    this.#conditions = new ConditionWatch(parts.ports.conditions, parts.ports.clock, parts.onChange);
  }

  /** Whether what is known of other processes is known to be out of date. */
  get isStale(): boolean {
    return this.#open.isStale;
  }

  /** Whether something waits that other processes may be in the way of. */
  get waitsForOthers(): boolean {
    return this.#waitsForOthers;
  }

  /** The runs that wait, and why, as of the last round. */
  get waiting(): ReadonlyMap<RunId, Decision> {
    return this.#waiting;
  }

  /** Runs that it began to carry on and that are still under way. */
  get working(): ReadonlyMap<RunId, Promise<void>> {
    return this.#working;
  }

  /** Whoever carried it out. */
  noteEnd(run: RunRecord): void {
    this.#open.remove(run.id);
    this.#facts.noteEnd(run);
  }

  /** Runs that were just recorded. */
  add(runs: readonly RunRecord[]): void {
    this.#open.add(runs);
  }

  /** Reads anew which runs have not ended. Gives those that ended in other hands. */
  async refresh(): Promise<readonly RunRecord[]> {
    const ended = await this.#open.refresh();
    const ids = new Set(this.#open.all().map(({ run }) => run.id));
    this.#facts.keep(ids);
    for (const id of this.#cancelled) if (!ids.has(id)) this.#cancelled.delete(id);
    return ended;
  }

  /** Waits for answers about conditions that the last round did not have yet. False if it had them all. */
  async conditionsKnown(): Promise<boolean> {
    if (!this.#asked) return false;
    await this.#conditions.allKnown();
    return true;
  }

  /** One round; with `onlyAdopt` nothing new is started. Gives when time alone changes something. */
  async play(onlyAdopt: boolean): Promise<Instant | undefined> {
    const { registry, ports } = this.#parts;
    const entries = await this.#roundEntries(onlyAdopt);
    const now = ports.clock.now();
    if (entries.every(({ pid }) => pid !== undefined)) {
      this.#waiting = new Map();
      this.#waitsForOthers = false;
      return this.#earliest(undefined, now);
    }
    const { capacities } = registry.limits;
    const round = playRound({ now, entries, jobOf: (run) => this.#jobOf(run), capacities });
    for (const run of round.adopt) this.#carryOn(run);
    if (onlyAdopt) return this.#earliest(undefined, now);
    await this.#apply(round);
    this.#waiting = round.waiting;
    // Not by its pid: in another container it may be the same.
    const ours = new Set<RunId>([...this.#parts.carrier.active().map(({ id }) => id), ...this.#working.keys()]);
    const hasOthers = entries.some(({ run, pid }) => pid !== undefined && !ours.has(run.id));
    this.#waitsForOthers = hasOthers && [...round.waiting.values()].some(isInTheWay);
    return this.#earliest(round.wakeAt, now);
  }

  async #apply({ start, dismiss, cancel }: Round): Promise<void> {
    const { carrier, ports } = this.#parts;
    for (const run of start) this.#carryOn(run);
    for (const { run, inFavourOf } of cancel) {
      if (this.#cancelled.has(run)) continue;
      this.#cancelled.add(run);
      void carrier.cancel(run, `run ${inFavourOf} of a newer slot takes its place`).catch((error: unknown) => {
        this.#cancelled.delete(run);
        ports.log.warn({ run, error: String(error) }, 'The run could not be cancelled');
      });
    }
    for (const { run, end } of dismiss) {
      const record = await ports.store.dismiss(run.id, end, ports.clock.now());
      if (record === undefined) this.#open.doubt();
      else this.#dismissed(record);
    }
  }

  #dismissed(record: RunRecord): void {
    const { ports } = this.#parts;
    this.#open.remove(record.id);
    ports.events.publish({ type: 'run.finished', ...runSubject(record, ports.clock.now()), record });
  }

  #carryOn(run: RunRecord): void {
    const { carrier, onChange } = this.#parts;
    const entry = this.#open.get(run.id);
    if (entry === undefined || this.#working.has(run.id)) return;
    const work = carrier.carryOn(entry).then(
      (record) => this.#carried(entry, record),
      (error: unknown) => this.#carried(entry, run, error),
    );
    this.#working.set(
      run.id,
      work.finally(() => {
        this.#working.delete(run.id);
        onChange();
      }),
    );
  }

  #carried(entry: OpenEntry, record: RunRecord, error?: unknown): void {
    const { ports, onEnd } = this.#parts;
    if (error !== undefined) {
      ports.log.error({ run: record.id, error: toUmbraError(error).message }, 'The run could not be carried on');
    }
    if (isTerminal(record.state)) {
      this.#open.remove(record.id);
      onEnd?.(record, entry.run);
      return;
    }
    this.#open.add([record]);
    if (record.revision !== entry.run.revision) return;
    // Somebody else has it, or the store refuses.
    this.#open.doubt();
    this.#resting.set(record.id, ports.clock.monotonicMs() + tryAgainMs);
  }

  async #roundEntries(onlyAdopt: boolean): Promise<readonly RoundEntry[]> {
    const { carrier, chosen } = this.#parts;
    this.#asked = false;
    const self = this.#parts.ports.processTable.self().pid;
    const active = new Map(carrier.active().map((run) => [run.id, run]));
    const known = this.#open.all();
    const open = new Set([...known.map(({ run }) => run.id), ...active.keys()]);
    const entries: RoundEntry[] = [];
    for (const entry of known) {
      const { run } = entry;
      const pid = active.has(run.id) || this.#working.has(run.id) ? self : this.#open.holderOf(entry);
      active.delete(run.id);
      const isOurs = pid === undefined && !this.#isResting(run.id) && (chosen?.(run, open) ?? true);
      if (pid === undefined && !isOurs) continue;
      entries.push({ run, pid, facts: isOurs && !onlyAdopt ? await this.#factsOf(run, open) : undefined });
    }
    for (const run of active.values()) entries.push({ run, pid: self, facts: undefined });
    return entries;
  }

  #factsOf(run: RunRecord, open: ReadonlySet<RunId>): Promise<RoundEntry['facts']> | undefined {
    if (isAbandoned({ run, pid: undefined })) return undefined;
    return this.#facts.factsOf(run, this.#jobOf(run), open, ({ conditions }) => {
      const known = this.#conditions.known(conditions?.all ?? []);
      this.#asked ||= known === undefined;
      return known;
    });
  }

  #jobOf(run: RunRecord): JobDefinition {
    return this.#parts.registry.find(run.job) ?? { ...run.plan.job, enabled: false };
  }

  #isResting(run: RunId): boolean {
    return (this.#resting.get(run) ?? -Infinity) > this.#parts.ports.clock.monotonicMs();
  }

  #earliest(wakeAt: Instant | undefined, now: Instant): Instant | undefined {
    const nowMs = this.#parts.ports.clock.monotonicMs();
    let first = wakeAt ?? Infinity;
    for (const [run, untilMs] of this.#resting) {
      if (untilMs <= nowMs) this.#resting.delete(run);
      else first = Math.min(first, now + untilMs - nowMs);
    }
    return first === Infinity ? undefined : first;
  }
}

/** By something that works, and not by time. */
const isInTheWay = ({ verdict }: Decision): boolean =>
  verdict.type === 'blocked' ||
  verdict.type === 'cancel-other' ||
  (verdict.type === 'wait' && (verdict.code === 'resource' || verdict.code === 'retry'));
