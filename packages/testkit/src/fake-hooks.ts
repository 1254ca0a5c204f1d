import { UmbraError, type HookKind, type HookOccasion, type Hooks, type HookVerdict } from '@umbracore/contracts';

/** Hooks that do what a test lets them do, by their kinds. */
export class FakeHooks implements Hooks {
  /** Every call, in order. */
  readonly calls: HookOccasion[] = [];
  readonly #kinds = new Map<string, HookKind['run']>();

  does(kind: string, run: HookKind['run']): this {
    this.#kinds.set(kind, run);
    return this;
  }

  async run(...[{ kind, options }, occasion, operation]: Parameters<Hooks['run']>): Promise<HookVerdict> {
    this.calls.push(occasion);
    const run = this.#kinds.get(kind);
    if (run === undefined) throw new UmbraError('plugin.absent', `no plug-in brings the hook ${kind}`);
    return await run(options, occasion, operation);
  }

  /** Takes everything. */
  check(): void {}

  kinds(): readonly string[] {
    return [...this.#kinds.keys()];
  }
}
