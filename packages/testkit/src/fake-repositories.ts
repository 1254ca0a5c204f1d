import {
  type Backend,
  type BackendRepository,
  type ForgetPlan,
  type HealReport,
  type Operation,
  type ProcessIdentity,
  jobOfTags,
  type RepairOptions,
  type RepairStory,
  type Repositories,
  type RepositoryDefinition,
  type RepositoryFacts,
  type RepositoryHealth,
  type RetentionPolicy,
  type Snapshot,
  toUmbraError,
  UmbraError,
} from '@umbracore/contracts';

/** Repositories whose backends a test brings, by repository name. Heals by removing the locks of the given processes. */
export class FakeRepositories implements Repositories {
  /** Every call of `heal`. */
  readonly healed: { readonly repository: string; readonly ours: readonly ProcessIdentity[] }[] = [];
  readonly #backends: ReadonlyMap<string, Backend>;

  constructor(backends: Readonly<Record<string, Backend>>) {
    this.#backends = new Map(Object.entries(backends));
  }

  backend(definition: RepositoryDefinition): Promise<Backend> {
    const backend = this.#backends.get(definition.name);
    if (backend) return Promise.resolve(backend);
    return Promise.reject(new UmbraError('usage.unknown-repository', `no backend for ${definition.name} in this test`));
  }

  /** Whatever opens it: the fake has no passwords. */
  backendOf({ definition }: BackendRepository): Promise<Backend> {
    return this.backend(definition);
  }

  /** Keeps so many of the newest of each job as `last` of the policy says, and at least its minimum. */
  planForget(snapshots: readonly Snapshot[], { last, minimum }: RetentionPolicy): ForgetPlan {
    const seen = new Map<string, number>();
    return snapshots
      .toSorted((a, b) => b.time - a.time)
      .flatMap(({ id, time, tags }) => {
        const job = jobOfTags(tags);
        if (job === undefined) return [];
        const place = (seen.get(job) ?? 0) + 1;
        seen.set(job, place);
        const keep = place <= Math.max(last, minimum);
        return [{ snapshot: id, time, job, keep, reasons: [keep ? `snapshot ${place}` : 'no rule keeps it'] }];
      })
      .toReversed();
  }

  resolve(definition: RepositoryDefinition): Promise<BackendRepository> {
    return Promise.resolve({ definition, password: undefined, env: {} });
  }

  async create(definition: RepositoryDefinition, operation?: Operation): Promise<RepositoryFacts> {
    return (await this.backend(definition)).create(operation);
  }

  async adopt(definition: RepositoryDefinition, operation?: Operation): Promise<RepositoryFacts> {
    return (await this.backend(definition)).open(operation);
  }

  async health(definition: RepositoryDefinition, operation?: Operation): Promise<RepositoryHealth> {
    const unknown = { engine: undefined, locks: [], snapshots: undefined };
    try {
      const facts = await (await this.backend(definition)).open(operation);
      return { ...unknown, state: 'ready', facts, problem: undefined, hint: undefined };
    } catch (thrown) {
      const error = toUmbraError(thrown);
      const state = error.code === 'repository.absent' ? 'absent' : 'failed';
      return { ...unknown, state, facts: undefined, problem: error.message, hint: error.hint };
    }
  }

  /** One step, if it is agreed to. */
  async repair(
    definition: RepositoryDefinition,
    { scope, agree }: RepairOptions,
    operation?: Operation,
  ): Promise<RepairStory> {
    const backend = await this.backend(definition);
    const first = await backend.check(scope, operation);
    const [step] = first.repairs ?? [];
    if (step === undefined || !(await agree(step, first))) return { first, last: first, done: [], declined: step };
    const { lines } = await backend.repair(step, operation);
    const done = [{ step, problems: first.problems, lines }];
    return { first, last: await backend.check(scope, operation), done, declined: undefined };
  }

  async heal(
    definition: RepositoryDefinition,
    ours: readonly ProcessIdentity[],
    operation?: Operation,
  ): Promise<HealReport> {
    this.healed.push({ repository: definition.name, ours });
    const backend = await this.backend(definition);
    const locks = await backend.locks(operation);
    const removed = locks.filter((lock) => ours.some(({ pid, host }) => pid === lock.pid && host === lock.host));
    await backend.removeLocks(removed, operation);
    return { verdicts: removed.map((lock) => ({ lock, verdict: 'dead', reason: 'named by the test' })), removed };
  }
}
