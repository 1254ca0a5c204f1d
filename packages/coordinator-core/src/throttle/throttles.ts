import type { RepositoryDefinition, RunId } from '@umbracore/contracts';
import type { Speaker } from './look.ts';
import type { Claim, Sharing } from './parts.ts';
import type { RuleState } from './rule-state.ts';
import type { RunThrottle } from './run-throttle.ts';

/** The runs of this coordinator that may be held back: they share what their repositories allow. */
export class Throttles {
  readonly #runs = new Set<RunThrottle>();
  readonly #rules = new Map<string, readonly RuleState[]>();

  join(run: RunThrottle): void {
    this.#runs.add(run);
  }

  leave(run: RunThrottle): void {
    this.#runs.delete(run);
    if (this.#runs.size === 0) this.#rules.clear();
  }

  /** What other runs have or want of what a repository allows, and the run has a use for too. */
  others(self: RunThrottle, repository: RepositoryDefinition, { uses }: Sharing): readonly Claim[] {
    return [...this.#runs]
      .flatMap((run) => (run === self ? [] : (run.claimOn(repository) ?? [])))
      .filter((claim) => claim.uses.some((rate) => uses.includes(rate)));
  }

  /** How it stands with rules: whoever shares a repository must not be of two minds about what there is to share. */
  rules(speakers: readonly Speaker[], own: readonly (readonly RuleState[])[]): readonly (readonly RuleState[])[] {
    return speakers.map((speaker, index) => this.#rules.get(keyOf(speaker)) ?? own[index] ?? []);
  }

  remember(speakers: readonly Speaker[], rules: readonly (readonly RuleState[])[]): void {
    for (const [index, speaker] of speakers.entries())
      if (speaker.repository !== undefined) this.#rules.set(keyOf(speaker), rules[index] ?? []);
  }

  /** Somebody wants something else for a run. False if it is not one of these. */
  async look(id: RunId): Promise<boolean> {
    const runs = [...this.#runs].filter(({ run }) => run === id);
    await Promise.all(runs.map((run) => run.look()));
    return runs.length > 0;
  }
}

/** A policy that was changed in the configuration is another one. */
const keyOf = ({ repository, policy }: Speaker): string =>
  repository === undefined ? '' : JSON.stringify([repository.name, policy]);
