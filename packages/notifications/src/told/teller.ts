import type { Calendar, Clock, Configuration, Instant, Outbox, StateStore } from '@umbracore/contracts';
import { decide, isStanding, matching, nextReminderAt, nothingYet, remind, type Past } from './decide.ts';
import { occasionOfEnd, occasionOfStart, type Occasion } from './occasion.ts';
import { quotaOccasions, staleOccasions, type QuotaLine, type StaleLine } from './state-occasions.ts';

export interface TellerInit {
  readonly store: StateStore;
  readonly clock: Clock;
  readonly calendar: Calendar;
  /** How long all jobs went without a success, now. */
  readonly staleness: (configuration: Configuration) => Promise<readonly StaleLine[]>;
  /** How repositories stand with their quotas, of those that have one. */
  readonly quotas: (configuration: Configuration) => Promise<readonly QuotaLine[]>;
}

const readAtOnce = 50;

/** Decides who is told of what: what it decides is on its way, durable, when it resolves. */
export class Teller {
  readonly #init: TellerInit;
  /** The one in force. */
  readonly #configuration: () => Configuration | undefined;

  constructor(init: TellerInit, configuration: () => Configuration | undefined) {
    this.#init = init;
    this.#configuration = configuration;
  }

  get #outbox(): Outbox {
    return this.#init.store.outbox;
  }

  #hasRules(): boolean {
    return (this.#configuration()?.notifications.rules.length ?? 0) > 0;
  }

  /** Names of the channels whose rules are about something. */
  channelsFor(occasion: Occasion): ReadonlySet<string> {
    return new Set(matching(this.#context().rules, occasion).flatMap(({ channels }) => channels));
  }

  /** All runs that have ended and that nobody has decided on. */
  async tellAll(): Promise<void> {
    if (!this.#hasRules()) return;
    for (;;) {
      const from = await this.#outbox.place();
      if (from === undefined) return;
      const ended = await this.#outbox.ended(from, readAtOnce);
      let place = from;
      for (const { place: to, run } of ended) {
        const occasion = occasionOfEnd(run);
        const told = await this.note(occasion ?? quiet(run.job, run.repository), { from: place, to });
        // Another process reads as well: on from where it is now.
        if (!told) break;
        place = to;
      }
      if (ended.length < readAtOnce) return;
    }
  }

  /** False if somebody else has read it meanwhile. */
  async note(
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

  async remindAll(): Promise<void> {
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

  async noteStart(id: string, attempt: number, at: Instant): Promise<void> {
    const run = await this.#init.store.run(id);
    const occasion = run && occasionOfStart(run, attempt, at);
    if (occasion !== undefined && matching(this.#context().rules, occasion).length > 0) await this.note(occasion);
  }

  async lookForStale(): Promise<void> {
    const configuration = this.#configuration();
    if (configuration === undefined || !this.#hasRules()) return;
    const lines = await this.#init.staleness(configuration);
    const standing = new Map((await this.#outbox.standing()).map(({ subject, memo }) => [subject, pastOf(memo)]));
    for (const occasion of staleOccasions(lines, standing, this.#init.clock.now())) await this.note(occasion);
  }

  async lookForQuotas(): Promise<void> {
    const configuration = this.#configuration();
    if (configuration === undefined || !this.#hasRules()) return;
    const lines = await this.#init.quotas(configuration);
    if (lines.length === 0) return;
    const standing = new Map((await this.#outbox.standing()).map(({ subject, memo }) => [subject, pastOf(memo)]));
    for (const occasion of quotaOccasions(lines, standing, this.#init.clock.now())) await this.note(occasion);
  }

  #context() {
    const rules = this.#configuration()?.notifications.rules ?? [];
    return { rules, calendar: this.#init.calendar, zone: this.#configuration()?.timezone ?? 'UTC' };
  }
}

interface QuietSubject {
  readonly subject: string;
}

const quiet = (job: string, repository: string): QuietSubject => ({ subject: `${job}@${repository}` });

const pastOf = (memo: unknown): Past =>
  typeof memo === 'object' && memo !== null && 'troubles' in memo ? (memo as Past) : nothingYet;
