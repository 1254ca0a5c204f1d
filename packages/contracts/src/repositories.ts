import type {
  Backend,
  BackendFactory,
  BackendRepository,
  EngineFacts,
  LockRecord,
  Operation,
  RepositoryFacts,
} from './backend.ts';
import type { PlanForget } from './forget.ts';
import type { RepositoryDefinition } from './job.ts';
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
  readonly state: 'ready' | 'absent' | 'wrong-password' | 'unreachable' | 'failed';
  readonly facts: RepositoryFacts | undefined;
  readonly engine: EngineFacts | undefined;
  readonly locks: readonly LockVerdict[];
  readonly snapshots: number | undefined;
  /** Why `state` is not `ready`. */
  readonly problem: string | undefined;
  readonly hint: string | undefined;
}

/** Opens repositories: finds the backend, resolves the secrets, wraps the backend. */
export interface Repositories {
  /** The wrapped backend. Resolves secrets; does not touch the repository. */
  backend(definition: RepositoryDefinition, signal?: AbortSignal): Promise<Backend>;
  /** The wrapped backend of a repository whose secrets are known already, such as one with a password that is to be tried. */
  backendOf(repository: BackendRepository): Promise<Backend>;
  /** The definition with its secrets, for copies between repositories. */
  resolve(definition: RepositoryDefinition, signal?: AbortSignal): Promise<BackendRepository>;
  create(definition: RepositoryDefinition, operation?: Operation): Promise<RepositoryFacts>;
  /** Opens an existing repository, or throws why it cannot be. */
  adopt(definition: RepositoryDefinition, operation?: Operation): Promise<RepositoryFacts>;
  /** Never throws for what is wrong with the repository: that is its answer. */
  health(definition: RepositoryDefinition, operation?: Operation): Promise<RepositoryHealth>;
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
