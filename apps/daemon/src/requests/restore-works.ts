import { UmbraError, type Backend } from '@umbracore/contracts';
import type { PreparedRestore, RestoreRecord, Runtime } from '@umbracore/runtime';

/** Carries out restores beside everything else. What is under way when the daemon ends can be gone on with. */
export class RestoreWorks {
  readonly #runtime: Pick<Runtime, 'restores' | 'log'>;
  readonly #stopping: AbortSignal;
  readonly #underWay = new Map<string, AbortController>();

  constructor(runtime: Pick<Runtime, 'restores' | 'log'>, stopping: AbortSignal) {
    this.#runtime = runtime;
    this.#stopping = stopping;
  }

  /** Begins one, and does not wait for its end. */
  begin(prepared: PreparedRestore, backend: Backend): RestoreRecord {
    const record = this.#runtime.restores.begin(prepared);
    this.goOn(record, backend);
    return record;
  }

  /** Goes on with one that was interrupted, and does not wait for its end. */
  goOn({ id, state }: RestoreRecord, backend: Backend): void {
    if (this.#underWay.has(id)) throw new UmbraError('job.already-running', `the restore ${id} is under way`);
    if (state !== 'staging' && state !== 'moving') {
      throw new UmbraError('usage.invalid', `the restore ${id} is ${state}: there is nothing to go on with`);
    }
    const controller = new AbortController();
    this.#underWay.set(id, controller);
    const signal = AbortSignal.any([controller.signal, this.#stopping]);
    this.#runtime.restores
      .carryOut(id, backend, { signal })
      .catch((error: unknown) => this.#runtime.log.warn({ restore: id, error: String(error) }, 'a restore did not end'))
      .finally(() => this.#underWay.delete(id));
  }

  /** Asks one to stop. It stays as far as it came, and can be gone on with. */
  cancel(id: string, reason: string): void {
    const controller = this.#underWay.get(id);
    if (controller === undefined) {
      throw new UmbraError('usage.invalid', `the restore ${id} is not under way here`, {
        hint: 'End the program that carries it out, or go on with it first.',
      });
    }
    controller.abort(new UmbraError('run.cancelled', `the restore was cancelled: ${reason}`));
  }
}
