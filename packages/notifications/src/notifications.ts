import { isUmbraError } from '@umbracore/contracts';
import type {
  Calendar,
  Clock,
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
  StateStore,
  UmbraEvent,
} from '@umbracore/contracts';
import { sendDue, type Sender } from './delivery/send-due.ts';
import { messageOf } from './delivery/message.ts';
import { decide, isStanding, matching, nextReminderAt, nothingYet, remind, type Past } from './told/decide.ts';
import { occasionOfEnd, occasionOfStart, type Occasion } from './told/occasion.ts';
import { alarmOf, quotaOccasions, staleOccasions, type QuotaLine, type StaleLine } from './told/state-occasions.ts';

export interface NotificationsInit {
  readonly store: StateStore;
  readonly events: EventStream;
  readonly clock: Clock;
  readonly log: Log;
  readonly processTable: ProcessTable;
  readonly calendar: Calendar;
  readonly notifiers: Notifiers;
  readonly host: string;
  /** How long all jobs went without a success, now. */
  readonly staleness: (configuration: Configuration) => Promise<readonly StaleLine[]>;
  /** How repositories stand with their quotas, of those that have one. */
  readonly quotas: (configuration: Configuration) => Promise<readonly QuotaLine[]>;
  readonly random?: (() => number) | undefined;
}

/** Troubles and quiet hours come with time, not only with what happens. */
const lookEveryMs: DurationMs = 60_000;
const readAtOnce = 50;
/** What was given up is told of for so long. */
const toldFailedMs: DurationMs = 7 * 24 * 3_600_000;

/**
 * Tells people. What is decided about a run is durable, whoever dies; what becomes of a delivery changes nothing about the run.
 * Several processes may do this with one store at the same time.
 */
export class Notifications implements AsyncDisposable {
  readonly #init: NotificationsInit;
  readonly #listening: Disposable;
  readonly #closing = new AbortController();
  #configuration: Configuration | undefined;
  #turn: Promise<void> = Promise.resolve();
  #heard = false;
  #isAtWork = false;
  #wake: (() => void) | undefined;

  constructor(init: NotificationsInit) {
    this.#init = init;
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
      await this.#lookForStale();
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
    const { notifiers } = this.#init;
    const definition = this.#configuration?.notifications.channels.find(({ name }) => name === channel);
    const message = messageOf(notice.id, notice, this.#head());
    if (definition !== undefined) await notifiers.send(definition, message, signal);
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
    if (event.type === 'run.started') return () => this.#noteStart(event.run, event.attempt, event.time);
    if (event.type === 'run.finished')
      return async () => {
        await this.#tellAll();
        await this.#lookForQuotas();
      };
    if (event.type === 'job.stale' || event.type === 'job.recovered') return () => this.#lookForStale();
    if (event.type === 'state.alarm' || event.type === 'config.refused') return () => this.#noteAlarm(alarmOf(event));
    return undefined;
  }

  async #work(signal: AbortSignal): Promise<void> {
    const { clock } = this.#init;
    await this.#inTurn(() => this.#lookForStale());
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
    await this.#tellAll();
    await this.#remindAll();
    await sendDue(this.#sender(), signal);
  }

  #sender(): Sender {
    const { clock, log, notifiers, processTable, random = Math.random } = this.#init;
    const channels = this.#configuration?.notifications.channels ?? [];
    return { outbox: this.#outbox, notifiers, clock, log, processTable, channels, random, ...this.#head() };
  }

  /** All runs that have ended and that nobody has decided on. */
  async #tellAll(): Promise<void> {
    if (!this.#hasRules()) return;
    for (;;) {
      const from = await this.#outbox.place();
      if (from === undefined) return;
      const ended = await this.#outbox.ended(from, readAtOnce);
      let place = from;
      for (const { place: to, run } of ended) {
        const occasion = occasionOfEnd(run);
        const told = await this.#note(occasion ?? quiet(run.job, run.repository), { from: place, to });
        // Another process reads as well: on from where it is now.
        if (!told) break;
        place = to;
      }
      if (ended.length < readAtOnce) return;
    }
  }

  /** False if somebody else has read it meanwhile. */
  async #note(
    occasion: Occasion | QuietSubject,
    reading?: { readonly from: number; readonly to: number },
  ): Promise<boolean> {
    const at = this.#init.clock.now();
    const told = await this.#outbox.tell({
      subject: occasion.subject,
      at,
      reading,
      decide: (memo) => {
        const past = pastOf(memo);
        const decision =
          'notice' in occasion ? decide(this.#context(), occasion, past) : { past, deliveries: [] as const };
        return { memo: decision.past, standing: isStanding(decision.past), deliveries: decision.deliveries };
      },
    });
    return told !== undefined;
  }

  #context() {
    const rules = this.#configuration?.notifications.rules ?? [];
    return { rules, calendar: this.#init.calendar, zone: this.#configuration?.timezone ?? 'UTC' };
  }

  async #remindAll(): Promise<void> {
    const context = this.#context();
    const now = this.#init.clock.now();
    if (context.rules.every(({ repeatEveryMs }) => repeatEveryMs === undefined)) return;
    for (const { subject, memo } of await this.#outbox.standing()) {
      if ((nextReminderAt(context.rules, pastOf(memo)) ?? Infinity) > now) continue;
      await this.#outbox.tell({
        subject,
        at: now,
        decide: (current) => {
          const { past, deliveries } = remind(context, pastOf(current), now);
          return { memo: past, standing: isStanding(past), deliveries };
        },
      });
    }
  }

  async #noteStart(id: string, attempt: number, at: Instant): Promise<void> {
    const run = await this.#init.store.run(id);
    const occasion = run && occasionOfStart(run, attempt, at);
    if (occasion !== undefined && matching(this.#context().rules, occasion).length > 0) await this.#note(occasion);
  }

  async #lookForStale(): Promise<void> {
    const configuration = this.#configuration;
    if (configuration === undefined || !this.#hasRules()) return;
    const lines = await this.#init.staleness(configuration);
    const standing = new Map((await this.#outbox.standing()).map(({ subject, memo }) => [subject, pastOf(memo)]));
    for (const occasion of staleOccasions(lines, standing, this.#init.clock.now())) await this.#note(occasion);
  }

  async #lookForQuotas(): Promise<void> {
    const configuration = this.#configuration;
    if (configuration === undefined || !this.#hasRules()) return;
    const lines = await this.#init.quotas(configuration);
    if (lines.length === 0) return;
    const standing = new Map((await this.#outbox.standing()).map(({ subject, memo }) => [subject, pastOf(memo)]));
    for (const occasion of quotaOccasions(lines, standing, this.#init.clock.now())) await this.#note(occasion);
  }

  /** Told past the outbox where it cannot be written: that may be what there is to tell. */
  async #noteAlarm(occasion: Occasion): Promise<void> {
    try {
      await this.#note(occasion);
    } catch (error) {
      if (!isUmbraError(error) || !error.code.startsWith('state.')) throw error;
      const names = matching(this.#context().rules, occasion).flatMap(({ channels }) => channels);
      for (const name of new Set(names))
        await this.sendTest(name, occasion.notice, this.#closing.signal).catch((failure: unknown) =>
          this.#warn(failure, 'An alarm did not arrive'),
        );
    }
  }
}

/** How things stand with what people are to be told. */
export const outboxFigures = (outbox: Outbox, now: Instant): Promise<OutboxFigures> =>
  outbox.figures(now, now - toldFailedMs);

interface QuietSubject {
  readonly subject: string;
}

const quiet = (job: string, repository: string): QuietSubject => ({ subject: `${job}@${repository}` });

const pastOf = (memo: unknown): Past =>
  typeof memo === 'object' && memo !== null && 'troubles' in memo ? (memo as Past) : nothingYet;
