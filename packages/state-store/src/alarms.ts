import { silentLog, type Log, type RunId, type StateAlarm } from '@umbracore/contracts';

/** What a person must know about a store, one alarm for each kind, and what was said in the log. */
export class Alarms {
  readonly #log: Log;
  readonly #byCode = new Map<StateAlarm['code'], StateAlarm>();
  readonly #damagedRuns = new Set<RunId>();
  #refusal: StateAlarm | undefined;

  constructor(log: Log = silentLog) {
    this.#log = log;
  }

  raise(alarm: StateAlarm): void {
    this.#byCode.set(alarm.code, alarm);
    this.#log.error({ code: alarm.code, hint: alarm.hint }, alarm.message);
  }

  /** A run that is not as it was written. Each is told once. */
  damagedRun(run: RunId, problem: string): void {
    if (this.#damagedRuns.has(run)) return;
    this.#damagedRuns.add(run);
    const others = this.#damagedRuns.size - 1;
    const more = others === 0 ? '' : ` So are ${others} more.`;
    this.raise({
      code: 'state.damaged',
      message: `Run ${run} in the history is damaged: ${problem}.${more}`,
      hint: 'Run `umbra doctor` to see every damaged record, and trust the repository where they disagree.',
    });
  }

  /** Nothing can be written at the moment. Told once until it ends. */
  beginRefusal(alarm: StateAlarm): void {
    if (this.#refusal?.code !== alarm.code) this.#log.error({ code: alarm.code, hint: alarm.hint }, alarm.message);
    this.#refusal = alarm;
  }

  endRefusal(): void {
    this.#refusal = undefined;
  }

  list(): readonly StateAlarm[] {
    const lasting = [...this.#byCode.values()];
    return this.#refusal === undefined ? lasting : [...lasting, this.#refusal];
  }
}
