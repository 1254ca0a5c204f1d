import { isUmbraError } from '@umbracore/contracts';
import type {
  Configuration,
  DurationMs,
  EventStream,
  Instant,
  Log,
  Message,
  Notice,
  Notifiers,
  Outbox,
  OutboxFigures,
  ProcessTable,
  UmbraEvent,
} from '@umbracore/contracts';
import { sendDue, type Sender } from './delivery/send-due.ts';
import { inTime } from './delivery/in-time.ts';
import { messageOf } from './delivery/message.ts';
import type { Occasion } from './told/occasion.ts';
import { alarmOf } from './told/state-occasions.ts';
import { Teller, type TellerInit } from './told/teller.ts';

export interface NotificationsInit extends TellerInit {
  readonly events: EventStream;
  readonly log: Log;
  readonly processTable: ProcessTable;
  readonly notifiers: Notifiers;
  readonly host: string;
  readonly random?: (() => number) | undefined;
}

/** Troubles and quiet hours come with time, not only with what happens. */
const lookEveryMs: DurationMs = 60_000;
/** What was given up is told of for so long. */
const toldFailedMs: DurationMs = 7 * 24 * 3_600_000;

/**
 * Tells people. What is decided about a run is durable, whoever dies; what becomes of a delivery changes nothing about the run.
 * Several processes may do this with one store at the same time.
 */
export class Notifications implements AsyncDisposable {
  readonly #init: NotificationsInit;
  readonly #teller: Teller;
  readonly #listening: Disposable;
  readonly #closing = new AbortController();
  #configuration: Configuration | undefined;
  #turn: Promise<void> = Promise.resolve();
  #heard = false;
  #isAtWork = false;
  #wake: (() => void) | undefined;

  constructor(init: NotificationsInit) {
    this.#init = init;
    this.#teller = new Teller(init, () => this.#configuration);
    this.#listening = init.events.onAny((event) => this.#hear(event));
  }

  get #outbox(): Outbox {
    return this.#init.store.outbox;
  }

  /** Works by this configuration from now on. What ended before the first rule was there is nobody's news. */
  async replace(configuration: Configuration): Promise<void> {
    this.#configuration = configuration;
    try {
      if (configuration.notifications.rules.length > 0) await this.#outbox.begin();
      else if ((await this.#outbox.place()) !== undefined) await this.#outbox.leave();
    } catch (error) {
      this.#warn(error, 'Notifications cannot be kept');
    }
    this.#wake?.();
  }

  /** Lets this process have something to tell though nothing happened in it: what waits for its time, or is stale by now. */
  lookAtEnd(): void {
    this.#heard = true;
  }

  /** Whether this process has something to tell that nothing in it is telling. */
  get hasNews(): boolean {
    return this.#heard && !this.#isAtWork && this.#hasRules();
  }

  /** Tells what there is to tell, for at most so long; the rest is the matter of whoever comes next. */
  async deliver(withinMs: DurationMs): Promise<void> {
    const { clock } = this.#init;
    const enough = new AbortController();
    const done = new AbortController();
    const late = clock.sleep(withinMs, done.signal).then(
      () => enough.abort(),
      () => undefined,
    );
    this.#heard = false;
    const work = this.#inTurn(async () => {
      await this.#teller.lookForStale();
      await this.#tellAndSend(AbortSignal.any([enough.signal, this.#closing.signal]));
    });
    await Promise.race([work, late]);
    done.abort();
  }

  /** Tells and sends until disposed, as it happens. */
  start(): Disposable {
    const stop = new AbortController();
    this.#isAtWork = true;
    const signal = AbortSignal.any([stop.signal, this.#closing.signal]);
    void this.#work(signal);
    return { [Symbol.dispose]: () => stop.abort() };
  }

  figures(): Promise<OutboxFigures> {
    return outboxFigures(this.#outbox, this.#init.clock.now());
  }

  /** Sends one message over one channel now, past all rules. Throws why it did not arrive. */
  async sendTest(channel: string, notice: Notice, signal: AbortSignal): Promise<Message> {
    const { clock, notifiers } = this.#init;
    const definition = this.#configuration?.notifications.channels.find(({ name }) => name === channel);
    const message = messageOf(notice.id, notice, this.#head());
    if (definition !== undefined) await inTime(clock, signal, (within) => notifiers.send(definition, message, within));
    return message;
  }

  /** What was begun is not waited for: it is given back, or taken over by the next one. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#listening[Symbol.dispose]();
    this.#closing.abort();
    this.#wake?.();
    await this.#turn;
  }

  #head() {
    const { clock, host } = this.#init;
    return { host, at: clock.now(), zone: this.#configuration?.timezone ?? 'UTC' };
  }

  #hasRules(): boolean {
    return (this.#configuration?.notifications.rules.length ?? 0) > 0;
  }

  #hear(event: UmbraEvent): void {
    const work = this.#hasRules() ? this.#workFor(event) : undefined;
    if (work === undefined) return;
    this.#heard = true;
    void this.#inTurn(work);
    this.#wake?.();
  }

  /** What has to be done about an event; undefined if nothing. */
  #workFor(event: UmbraEvent): (() => Promise<void>) | undefined {
    if (event.type === 'run.started') return () => this.#teller.noteStart(event.run, event.attempt, event.time);
    if (event.type === 'run.finished')
      return async () => {
        await this.#teller.tellAll();
        await this.#teller.lookForQuotas();
      };
    if (event.type === 'job.stale' || event.type === 'job.recovered') return () => this.#teller.lookForStale();
    if (event.type === 'state.alarm' || event.type === 'config.refused') return () => this.#noteAlarm(alarmOf(event));
    return undefined;
  }

  async #work(signal: AbortSignal): Promise<void> {
    const { clock } = this.#init;
    await this.#inTurn(() => this.#teller.lookForStale());
    while (!signal.aborted) {
      const woken = new Promise<void>((resolve) => (this.#wake = resolve));
      const rest = new AbortController();
      await this.#inTurn(() => this.#tellAndSend(signal));
      const slept = clock.sleep(await this.#restMs(), AbortSignal.any([rest.signal, signal])).catch(() => undefined);
      await Promise.race([woken, slept]);
      rest.abort();
    }
  }

  async #restMs(): Promise<DurationMs> {
    try {
      const now = this.#init.clock.now();
      const { nextDueAt } = await this.figures();
      return Math.min(lookEveryMs, Math.max(1000, (nextDueAt ?? Infinity) - now));
    } catch {
      return lookEveryMs;
    }
  }

  /** One after the other, and never a reason to fail for anybody. */
  #inTurn(work: () => Promise<void>): Promise<void> {
    this.#turn = this.#turn.then(work).catch((error: unknown) => this.#warn(error, 'Notifications were held up'));
    return this.#turn;
  }

  #warn(error: unknown, message: string): void {
    if (!this.#closing.signal.aborted) this.#init.log.warn({ error: String(error) }, message);
  }

  async #tellAndSend(signal: AbortSignal): Promise<void> {
    if (this.#configuration === undefined) return;
    await this.#teller.tellAll();
    await this.#teller.remindAll();
    await sendDue(this.#sender(), signal);
  }

  #sender(): Sender {
    const { clock, log, notifiers, processTable, random = Math.random } = this.#init;
    const channels = this.#configuration?.notifications.channels ?? [];
    return { outbox: this.#outbox, notifiers, clock, log, processTable, channels, random, ...this.#head() };
  }

  /** Told past the outbox where it cannot be written: that may be what there is to tell. */
  async #noteAlarm(occasion: Occasion): Promise<void> {
    try {
      await this.#teller.note(occasion);
    } catch (error) {
      if (!isUmbraError(error) || !error.code.startsWith('state.')) throw error;
      for (const name of this.#teller.channelsFor(occasion))
        await this.sendTest(name, occasion.notice, this.#closing.signal).catch((failure: unknown) =>
          this.#warn(failure, 'An alarm did not arrive'),
        );
    }
  }
}

/** How things stand with what people are to be told. */
export const outboxFigures = (outbox: Outbox, now: Instant): Promise<OutboxFigures> =>
  outbox.figures(now, now - toldFailedMs);
