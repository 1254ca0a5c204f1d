import type { Clock, ConditionRule, Conditions, ConditionState } from '@umbracore/contracts';
import { lookEveryMs } from './settings.ts';

interface Look {
  readonly states: Promise<readonly ConditionState[]>;
  /** Undefined until the answer is there. */
  known: readonly ConditionState[] | undefined;
  readonly beganMs: number;
}

/** How things stand with conditions, looked at only while somebody asks, and no more than every half minute. */
export class ConditionWatch {
  readonly #conditions: Conditions;
  readonly #clock: Clock;
  readonly #onAnswer: () => void;
  readonly #looks = new Map<string, Look>();

  constructor(conditions: Conditions, clock: Clock, onAnswer: () => void = () => {}) {
    this.#conditions = conditions;
    this.#clock = clock;
    this.#onAnswer = onAnswer;
  }

  /** Undefined while the answer is to come: `onAnswer` tells when it is there. */
  known(rules: readonly ConditionRule[]): readonly ConditionState[] | undefined {
    return rules.length === 0 ? [] : this.#look(rules).known;
  }

  /** Resolves when every answer that was asked for is there. */
  async allKnown(): Promise<void> {
    await Promise.all([...this.#looks.values()].map(({ states }) => states));
  }

  #look(rules: readonly ConditionRule[]): Look {
    const now = this.#clock.monotonicMs();
    const key = JSON.stringify(rules);
    const before = this.#looks.get(key);
    if (before !== undefined && (before.known === undefined || now - before.beganMs < lookEveryMs)) return before;
    for (const [old, { beganMs }] of this.#looks) if (now - beganMs > 10 * lookEveryMs) this.#looks.delete(old);
    const look: Look = { states: this.#conditions.evaluate(rules), known: undefined, beganMs: now };
    this.#looks.set(key, look);
    void this.#await(look);
    return look;
  }

  async #await(look: Look): Promise<void> {
    look.known = await look.states;
    this.#onAnswer();
  }
}
