import { toUmbraError } from '@umbracore/contracts';
import type { DurationMs, Instant, RunId, RunRecord, UmbraError } from '@umbracore/contracts';
import type { Decision } from '../decide.ts';
import type { CoordinatorPorts } from '../ports.ts';
import { HistoryTrimmer } from '../trim-history.ts';
import { raiseAlarm } from '../raise-alarm.ts';
import type { Registry } from '../registry.ts';
import { Accountant } from './accountant.ts';
import { ClockWatch } from './clock-watch.ts';
import { FollowUps } from './follow-ups.ts';
import { RunQueue } from './run-queue.ts';
import type { RunCarrier } from './run-queue.ts';
import { SelfAudit } from './self-audit.ts';
import { briefMs, followEveryMs, longMs, lookEveryMs, lookOftenMs, tryAgainMs } from './settings.ts';
import { Settling } from './settling.ts';
import { Timeline } from './timeline.ts';
import { Turns } from './turns.ts';

/** What comes at once comes no sooner than this: a mistake must not keep a processor busy. */
const leastMs: DurationMs = 10;

const isRefusal = ({ code }: UmbraError): boolean => code.startsWith('state.');

export interface DispatcherParts {
  readonly ports: CoordinatorPorts;
  readonly registry: Registry;
  readonly carrier: RunCarrier;
  readonly onStop?: (() => void) | undefined;
}

/**
 * Starts what is due, when it is due, as long as it lives. It keeps one timer, reads the wall clock at least every half
 * minute, and remembers nothing that is not in the store: whoever takes over from it goes on where it was.
 */
export class Dispatcher implements AsyncDisposable {
  readonly #parts: DispatcherParts;
  readonly #timeline: Timeline;
  readonly #accountant: Accountant;
  readonly #followUps: FollowUps;
  readonly #queue: RunQueue;
  readonly #audit: SelfAudit;
  readonly #trimmer: HistoryTrimmer;
  readonly #watch: ClockWatch;
  readonly #settling: Settling;
  readonly #turns = new Turns();
  readonly #stopped = new AbortController();
  readonly #listening: Disposable;
  readonly #loop: Promise<void>;
  #wake = new AbortController();
  #isOpen = false;
  #planned = false;
  #everythingDue = true;
  #followedMs = -Infinity;
  #lookedMs = -Infinity;

  constructor(parts: DispatcherParts) {
    const { ports, registry, carrier } = parts;
    this.#parts = parts;
    this.#timeline = new Timeline(ports, registry);
    this.#followUps = new FollowUps(ports.store, registry);
    this.#accountant = new Accountant({ ports, registry, timeline: this.#timeline, followUps: this.#followUps });
    this.#queue = new RunQueue({ ports, registry, carrier, onChange: () => this.kick() });
    this.#audit = new SelfAudit(ports, this.#timeline, this.#followUps);
    this.#trimmer = new HistoryTrimmer(ports, () => registry.limits.history);
    this.#watch = new ClockWatch(ports.clock);
    this.#settling = new Settling(ports.clock);
    this.#settling.beginAfterBoot(registry.limits.settleMs, ports.processTable);
    this.#listening = ports.events.on('run.finished', ({ record }) => this.#noteEnd(record));
    this.#loop = this.#run();
  }

  /** When something is due next by a schedule; undefined if nothing ever is. */
  nextAt(): Instant | undefined {
    return this.#timeline.nextAt();
  }

  /** Until when nothing starts because the machine woke up a moment ago. */
  settlingUntil(): Instant | undefined {
    return this.#settling.until();
  }

  /** The runs that wait, and why. */
  waiting(): ReadonlyMap<RunId, Decision> {
    return this.#queue.waiting;
  }

  /** Something may have become possible. */
  kick(): void {
    this.#wake.abort('there is news');
  }

  /** A job or repository was added. */
  noteJobs(): void {
    this.#planned = false;
    this.kick();
  }

  /** Runs were recorded that it did not account for itself. */
  noteRuns(runs: readonly RunRecord[]): void {
    this.#queue.add(runs);
    this.kick();
  }

  /**
   * What was due by the old definitions is recorded by them, then `swap` puts the new ones in force. Throws `state.*`, and changes
   * nothing, if the store takes no records now: by the new definitions nobody would know any more what was due.
   */
  async replace(swap: () => void): Promise<void> {
    await this.#turns.take(async () => {
      if (this.#isOpen) await this.#attempt(() => this.#account(true), isRefusal);
      swap();
      this.#planned = false;
      this.#everythingDue = true;
    });
    this.kick();
  }

  /** Starts nothing more. Runs that are under way go on. */
  async [Symbol.asyncDispose](): Promise<void> {
    if (!this.#stopped.signal.aborted) {
      this.#stopped.abort();
      this.kick();
      this.#listening[Symbol.dispose]();
      this.#parts.onStop?.();
    }
    await this.#loop;
    // What is edited until somebody starts again owes nothing for the time before.
    if (this.#isOpen && this.settlingUntil() === undefined) await this.#attempt(() => this.#account(true));
  }

  async #run(): Promise<void> {
    const { clock } = this.#parts.ports;
    while (!this.#stopped.signal.aborted) {
      this.#wake = new AbortController();
      const { signal } = this.#wake;
      const wait = await this.#turns.take(() => this.#attempt(() => this.#tick()));
      await clock.sleep(Math.max(leastMs, wait ?? tryAgainMs), signal).catch(() => {});
    }
  }

  /** Undefined if it failed: the loop never ends because of that. What is `grave` is thrown. */
  async #attempt<T>(work: () => Promise<T>, grave?: (error: UmbraError) => boolean): Promise<T | undefined> {
    const { ports } = this.#parts;
    try {
      return await work();
    } catch (thrown) {
      const error = toUmbraError(thrown);
      ports.log.error({ code: error.code, error: error.message }, 'What is due could not be seen to');
      raiseAlarm(ports, error);
      if (grave?.(error) === true) throw error;
      return undefined;
    }
  }

  /** Gives how long nothing has to be done. */
  async #tick(): Promise<DurationMs> {
    const { clock } = this.#parts.ports;
    this.#lookAtClock();
    if (!this.#isOpen) await this.#timeline.readCursors();
    this.#isOpen = true;
    if (!this.#planned) this.#plan();
    const settling = this.settlingUntil();
    // A store that takes nothing does not keep anybody from reading.
    const accounted = settling !== undefined || (await this.#attempt(() => this.#account(this.#everythingDue)));
    if (this.#queue.isStale || clock.monotonicMs() - this.#lookedMs >= this.#lookAfterMs()) await this.#look();
    const wakeAt = await this.#queue.play(settling !== undefined);
    await this.#audit.perform();
    await this.#attempt(() => this.#trimmer.step());
    const now = clock.now();
    const due = settling ?? this.#accountant.nextAt(now);
    const next = Math.min(wakeAt ?? Infinity, due ?? Infinity);
    return accounted === true ? Math.min(next - now, this.#lookAfterMs()) : tryAgainMs;
  }

  #lookAfterMs(): DurationMs {
    return this.#queue.waitsForOthers ? lookOftenMs : lookEveryMs;
  }

  #lookAtClock(): void {
    const { ports, registry } = this.#parts;
    const { byMs, sinceMs } = this.#watch.look();
    if (Math.abs(byMs) >= briefMs || sinceMs >= longMs) this.#settling.begin(registry.limits.settleMs);
    if (byMs === 0) return;
    ports.events.publish({ type: 'clock.jumped', time: ports.clock.now(), byMs });
    this.#planned = false;
    this.#everythingDue = true;
  }

  #plan(): void {
    this.#timeline.plan();
    this.#followUps.lookAtAll();
    this.#planned = true;
  }

  async #account(all: boolean): Promise<true> {
    const { clock } = this.#parts.ports;
    const now = clock.now();
    this.#queue.add(await (all ? this.#accountant.accountAll(now) : this.#accountant.accountDue(now)));
    this.#everythingDue = false;
    if (!all && clock.monotonicMs() - this.#followedMs < followEveryMs) return true;
    this.#followedMs = clock.monotonicMs();
    if (!all) await this.#accountant.follow(now);
    return true;
  }

  async #look(): Promise<void> {
    this.#lookedMs = this.#parts.ports.clock.monotonicMs();
    for (const run of await this.#queue.refresh()) this.#noteEnd(run);
  }

  #noteEnd(run: RunRecord): void {
    this.#followUps.noteEnd(run.job);
    this.#queue.noteEnd(run);
    // The queue tells of the end of what it carried on itself.
    if (!this.#queue.working.has(run.id)) this.kick();
  }
}
