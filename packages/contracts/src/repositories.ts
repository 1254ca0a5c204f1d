import type { Backend, BackendFactory, BackendRepository } from './backend.ts';
import type { CheckReport, CheckScope, RepairStep } from './check.ts';
import type { Operation } from './operation.ts';
import type { EngineFacts, LockRecord, RepositoryFacts } from './repository-facts.ts';
import type { PlanForget } from './forget.ts';
import type { RepositoryDefinition, RepositoryName } from './job.ts';
import type { ProcessIdentity } from './processes.ts';

/** What may be done with a lock that is in the way, and why. */
export interface LockVerdict {
  readonly lock: LockRecord;
  /** `alive` and `unknown` locks are never removed. `dead`: its owner is gone. `stale`: older than the engine's own limit. */
  readonly verdict: 'alive' | 'unknown' | 'dead' | 'stale';
  readonly reason: string;
}

export interface HealReport {
  readonly verdicts: readonly LockVerdict[];
  readonly removed: readonly LockRecord[];
}

export interface RepositoryHealth {
  /** `busy`: another one uses it, and its engine lets nobody read meanwhile. */
  readonly state: 'ready' | 'absent' | 'wrong-password' | 'unreachable' | 'busy' | 'failed';
  readonly facts: RepositoryFacts | undefined;
  readonly engine: EngineFacts | undefined;
  readonly locks: readonly LockVerdict[];
  readonly snapshots: number | undefined;
  /** Why `state` is not `ready`. */
  readonly problem: string | undefined;
  readonly hint: string | undefined;
}

/** Snapshots whose data is brought back from a repository that has copies of them. */
export interface BringStep {
  readonly type: 'bring';
  readonly from: RepositoryName;
  readonly snapshots: readonly string[];
  /** Damaged ones of which it has no copy. */
  readonly lost: readonly string[];
}

/** What a repair does next: by the engine alone, or with another repository. */
export type MendStep = RepairStep | BringStep;

export interface RepairOptions {
  /** How much is read of the data: what is damaged is found only where it is read. */
  readonly scope: CheckScope;
  /** Asked before each step, with what the last check has found. */
  readonly agree: (step: MendStep, report: CheckReport) => Promise<boolean>;
  /** A repository with copies: what is lost is brought back from there before it is given up. */
  readonly from?: RepositoryDefinition | undefined;
  /** Told after each step what the check behind it has found. */
  readonly told?: ((step: MendStep, report: CheckReport) => void) | undefined;
}

export interface StepDone {
  readonly step: MendStep;
  /** What was found that it was to mend. */
  readonly problems: readonly string[];
  /** What the engine said of it. */
  readonly lines: readonly string[];
}

/** What became of a repair. */
export interface RepairStory {
  readonly first: CheckReport;
  readonly last: CheckReport;
  readonly done: readonly StepDone[];
  /** The step that would have been next and was not agreed to; undefined if there was none. */
  readonly declined: MendStep | undefined;
}

/** Opens repositories: finds the backend, resolves the secrets, wraps the backend. */
export interface Repositories {
  /** The wrapped backend. Resolves secrets; does not touch the repository. */
  backend(definition: RepositoryDefinition, signal?: AbortSignal): Promise<Backend>;
  /** The wrapped backend of a repository whose secrets are known already, such as one with a password that is to be tried. */
  backendOf(repository: BackendRepository): Promise<Backend>;
  /** The definition with its secrets, for copies between repositories. */
  resolve(definition: RepositoryDefinition, signal?: AbortSignal): Promise<BackendRepository>;
  /** `like`: it cuts files at the same places as this one, which has to exist. */
  create(
    definition: RepositoryDefinition,
    operation?: Operation,
    like?: RepositoryDefinition,
  ): Promise<RepositoryFacts>;
  /** Opens an existing repository, or throws why it cannot be. */
  adopt(definition: RepositoryDefinition, operation?: Operation): Promise<RepositoryFacts>;
  /** Never throws for what is wrong with the repository: that is its answer. */
  health(definition: RepositoryDefinition, operation?: Operation): Promise<RepositoryHealth>;
  /** Checks and repairs until all is sound or nothing more can be done. Each step is written to the operator's log. */
  repair(definition: RepositoryDefinition, options: RepairOptions, operation?: Operation): Promise<RepairStory>;
  /** See `PlanForget`. */
  readonly planForget: PlanForget;
  /**
   * Removes locks whose owners are provably dead, and nothing else. `ours` are engines of dead runs: their locks are
   * recognised by pid and time.
   */
  heal(definition: RepositoryDefinition, ours: readonly ProcessIdentity[], operation?: Operation): Promise<HealReport>;
}

/** The backends that plug-ins brought, by name. */
export interface BackendRegistry {
  /** Throws `plugin.absent` naming the ones that exist. */
  get(name: string): BackendFactory;
  names(): readonly string[];
}
