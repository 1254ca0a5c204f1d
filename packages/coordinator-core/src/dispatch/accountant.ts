import { isTerminal, toUmbraError } from '@umbracore/contracts';
import type { Accounting, Instant, JobDefinition, JobId, RunId, RunPlan, RunRecord } from '@umbracore/contracts';
import type { CoordinatorPorts } from '../ports.ts';
import type { Registry } from '../registry.ts';
import { newRunId } from '../run-id.ts';
import { accountSlots } from './account-slots.ts';
import type { SlotAccount } from './account-slots.ts';
import { accountingOf, isNews } from './accounting.ts';
import type { FollowUps } from './follow-ups.ts';
import { lookEveryMs } from './settings.ts';
import type { Timeline } from './timeline.ts';

/** So often is a stretch accounted for anew when somebody else has moved its cursor meanwhile. */
const tries = 5;
const day = 86_400_000;

export interface AccountantParts {
  readonly ports: CoordinatorPorts;
  readonly registry: Registry;
  readonly timeline: Timeline;
  readonly followUps: FollowUps;
}

/** Records what becomes of the slots of jobs. Several may work on one store: none of their slots is lost or doubled. */
export class Accountant {
  readonly #ports: CoordinatorPorts;
  readonly #registry: Registry;
  readonly #timeline: Timeline;
  readonly #followUps: FollowUps;
  /** Jobs that cannot be planned, and why: it is told once. */
  readonly #refused = new Map<JobId, string>();

  constructor({ ports, registry, timeline, followUps }: AccountantParts) {
    this.#ports = ports;
    this.#registry = registry;
    this.#timeline = timeline;
    this.#followUps = followUps;
  }

  /** When something is due next; undefined if nothing is known to be. */
  nextAt(now: Instant): Instant | undefined {
    const first = Math.min(this.#timeline.nextAt() ?? Infinity, this.#followUps.nextAt(now) ?? Infinity);
    return first === Infinity ? undefined : first;
  }

  /** Records what is due now, and gives the new records. If the store refuses, all of it is due again. */
  async accountDue(now: Instant): Promise<readonly RunRecord[]> {
    const jobs = new Set([...this.#timeline.take(now), ...this.#followUps.take(now)]);
    return jobs.size === 0 ? [] : await this.account([...jobs], now);
  }

  /**
   * Of jobs of which nothing is to be started the cursors follow. What is held by jitter or a window is left for its time: a
   * thousand runs that wait for it would have to be looked at again and again.
   */
  async follow(now: Instant): Promise<void> {
    await this.account(this.#everyJob(), now, ({ runs }) => runs.every(({ end }) => end !== undefined));
  }

  /** Everything of every job. */
  async accountAll(now: Instant): Promise<readonly RunRecord[]> {
    this.#followUps.lookAtAll();
    this.#followUps.take(now);
    return await this.account(this.#everyJob(), now);
  }

  #everyJob(): readonly JobId[] {
    return this.#registry.jobs().map(({ id }) => id);
  }

  /** Of these jobs, unless what is owed is not `wanted` now. */
  async account(
    jobs: readonly JobId[],
    now: Instant,
    wanted: (accounting: Accounting) => boolean = () => true,
  ): Promise<readonly RunRecord[]> {
    const recorded: RunRecord[] = [];
    let left = jobs;
    try {
      for (let tried = 0; left.length > 0 && tried < tries; tried++) {
        // Somebody else was quicker: what it recorded is not owed any more.
        if (tried > 0) await this.#timeline.catchUp(left);
        const asked = (await this.#accountings(left, now)).filter(wanted);
        left = await this.#record(asked, now, recorded);
      }
      return recorded;
    } finally {
      this.#followUps.putBack(left);
      for (const job of left) this.#timeline.planJob(job);
      this.#tell(recorded);
    }
  }

  /** The jobs whose cursors were somewhere else. */
  async #record(asked: readonly Accounting[], now: Instant, recorded: RunRecord[]): Promise<readonly JobId[]> {
    const answers = asked.length === 0 ? [] : await this.#ports.store.account(asked);
    const refused: JobId[] = [];
    for (const [index, { job, until, runs }] of asked.entries()) {
      const answer = answers[index];
      if (answer === undefined) {
        refused.push(job);
        continue;
      }
      this.#timeline.move(job, until, now);
      // For a slot that had a run already that one is given.
      const ids = new Set(runs.map(({ id }) => id));
      recorded.push(...answer.filter(({ id }) => ids.has(id)));
    }
    return refused;
  }

  async #accountings(jobs: readonly JobId[], now: Instant): Promise<readonly Accounting[]> {
    const { random = Math.random, store } = this.#ports;
    const newId = (): RunId => newRunId(now, random);
    let ahead: Promise<boolean> | undefined;
    const isBehind = (): Promise<boolean> =>
      (ahead ??= store.runs({ since: now + 2 * lookEveryMs, limit: 1 }).then((runs) => runs.length > 0));
    const accountings: Accounting[] = [];
    for (const job of jobs.flatMap((id) => this.#registry.find(id) ?? [])) {
      const plans = this.#plansOf(job);
      const account = plans && (await this.#accountOf(job, now, isBehind));
      if (plans === undefined || account === undefined || !isNews(account)) continue;
      accountings.push(accountingOf(job, account, { plans, newId, queuedAt: now }));
    }
    return accountings;
  }

  /** What is due now has no record yet, unless the clock was set back behind it. */
  async #accountOf(job: JobDefinition, now: Instant, isBehind: () => Promise<boolean>): Promise<SlotAccount> {
    const { calendar, host } = this.#ports;
    const cursor = this.#timeline.cursorOf(job.id);
    const seen = { cursor, firstSeen: this.#timeline.firstSeen(job.id) };
    const question = { now, calendar, host, also: await this.#followUps.slotsOf(job, seen, now) };
    const account = accountSlots(job, cursor, question);
    const onTime = account.slots.filter(({ end, trigger }) => end === undefined && trigger === 'schedule');
    if (onTime.length === 0 || !(await isBehind())) return account;
    const since = Math.min(...onTime.map(({ at }) => at));
    const runs = await this.#ports.store.runs({ job: job.id, since, until: now + day });
    return accountSlots(job, cursor, { ...question, recorded: new Set(runs.map(({ slot }) => slot ?? '')) });
  }

  /** A job that names a repository which is not there must not keep the others from being accounted for. */
  #plansOf({ id }: JobDefinition): readonly RunPlan[] | undefined {
    try {
      return this.#registry.plans(id, {});
    } catch (thrown) {
      const error = toUmbraError(thrown).message;
      if (this.#refused.get(id) !== error) this.#ports.log.error({ job: id, error }, 'The job cannot be planned');
      this.#refused.set(id, error);
      return undefined;
    }
  }

  #tell(recorded: readonly RunRecord[]): void {
    const { events, clock } = this.#ports;
    for (const record of recorded) {
      const { id: run, job, repository, state } = record;
      const base = { time: clock.now(), run, job, repository };
      events.publish({ type: 'run.queued', ...base });
      if (isTerminal(state)) events.publish({ type: 'run.finished', ...base, record });
    }
  }
}
