import type { ConditionRule, Conditions, ConditionState } from '@umbracore/contracts';

/** Conditions that are met unless a test says otherwise, by their kind. */
export class FakeConditions implements Conditions {
  /** Every rule that was looked at, in order. */
  readonly looks: ConditionRule[] = [];
  readonly #unmet = new Map<string, string>();

  /** From now on a kind is not met, for this reason. */
  block(kind: string, text = 'not now'): void {
    this.#unmet.set(kind, text);
  }

  release(kind: string): void {
    this.#unmet.delete(kind);
  }

  evaluate(rules: readonly ConditionRule[]): Promise<readonly ConditionState[]> {
    this.looks.push(...rules);
    return Promise.resolve(
      rules.map((rule) => ({ rule, met: !this.#unmet.has(rule.kind), text: this.#unmet.get(rule.kind) ?? 'met' })),
    );
  }

  /** Takes everything. */
  check(): void {}

  kinds(): readonly string[] {
    return [...this.#unmet.keys()];
  }
}
