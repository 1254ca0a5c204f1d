import type { RunId } from '@umbracore/contracts';
import type { EventDocument } from '@umbracore/runtime/documents';

/** Knows which runs need their names in every line: those of a chain, and those beside which another one was under way. */
export class Crowd {
  readonly #underWay = new Set<RunId>();
  readonly #named = new Set<RunId>();

  note(event: EventDocument): void {
    if (event.type === 'run.finished') this.#underWay.delete(event.run);
    if (event.type !== 'run.started' && event.type !== 'run.adopted') return;
    this.#underWay.add(event.run);
    if (event.parent !== null) this.#named.add(event.run);
    if (this.#underWay.size > 1) for (const run of this.#underWay) this.#named.add(run);
  }

  has(run: RunId): boolean {
    return this.#named.has(run);
  }
}
