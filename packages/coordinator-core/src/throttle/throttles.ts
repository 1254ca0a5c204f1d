import type { EngineLimits, RepositoryDefinition, RunId } from '@umbracore/contracts';
import type { RunThrottle } from './run-throttle.ts';

/** The runs of this coordinator that may be held back: they share what their repositories allow. */
export class Throttles {
  readonly #runs = new Set<RunThrottle>();

  join(run: RunThrottle): void {
    this.#runs.add(run);
  }

  leave(run: RunThrottle): void {
    this.#runs.delete(run);
  }

  /** What other runs that work on the repository at this moment may use of it. */
  others(self: RunThrottle, repository: RepositoryDefinition): readonly EngineLimits[] {
    return [...this.#runs].flatMap((run) => (run === self ? [] : (run.claimOn(repository) ?? [])));
  }

  /** Somebody wants something else for a run. False if it is not one of these. */
  async look(id: RunId): Promise<boolean> {
    const runs = [...this.#runs].filter(({ run }) => run === id);
    await Promise.all(runs.map((run) => run.look()));
    return runs.length > 0;
  }
}
