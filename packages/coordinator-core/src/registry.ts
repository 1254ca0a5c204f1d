import { closest, UmbraError, worksOnRepository } from '@umbracore/contracts';
import type {
  CopyPlace,
  JobDefinition,
  JobId,
  RepositoryDefinition,
  RepositoryName,
  RunOptions,
  RunPlan,
  TargetRetention,
} from '@umbracore/contracts';
import { checkChain, refuseCircle } from './chain/problems.ts';
import { limitsIn, usualLimits } from './dispatch/settings.ts';
import type { Definitions, Limits } from './dispatch/settings.ts';

/** The jobs and repositories that a coordinator knows by name. */
export class Registry {
  #jobs = new Map<JobId, JobDefinition>();
  #repositories = new Map<RepositoryName, RepositoryDefinition>();
  #limits: Limits = usualLimits;

  get limits(): Limits {
    return this.#limits;
  }

  /**
   * Checks what is to take the place of everything, and gives what puts it in force. Throws `usage.unknown-repository` for a job
   * that names none, and `config.*`.
   */
  prepare(definitions: Definitions): () => void {
    const next = new Registry();
    for (const repository of definitions.repositories.values()) next.addRepository(repository);
    for (const job of definitions.jobs.values()) next.#put(job);
    refuseCircle(next.jobs());
    for (const job of next.jobs()) next.plans(job.id, {});
    return () => {
      this.#jobs = next.#jobs;
      this.#repositories = next.#repositories;
      this.#limits = limitsIn(definitions);
    };
  }

  /** Throws `config.*` for a chain that cannot be walked through, and for jobs that would start one another for ever. */
  addJob(job: JobDefinition): void {
    if (job.kind === 'chain' || (job.after ?? []).length > 0) {
      refuseCircle([...new Map(this.#jobs).set(job.id, job).values()]);
    }
    this.#put(job);
  }

  #put(job: JobDefinition): void {
    if (job.kind === 'chain') checkChain(job);
    this.#jobs.set(job.id, job);
  }

  addRepository(definition: RepositoryDefinition): void {
    this.#repositories.set(definition.name, definition);
  }

  /** The same without a copy, for whoever only goes through them. */
  all(): Iterable<JobDefinition> {
    return this.#jobs.values();
  }

  jobs(): readonly JobDefinition[] {
    return [...this.#jobs.values()];
  }

  find(id: JobId): JobDefinition | undefined {
    return this.#jobs.get(id);
  }

  /** Throws `usage.unknown-job`. */
  job(id: JobId): JobDefinition {
    const job = this.#jobs.get(id);
    if (job !== undefined) return job;
    throw new UmbraError('usage.unknown-job', `There is no job "${id}"`, {
      hint: hintFor(id, this.#jobs.keys(), 'job'),
    });
  }

  /** Throws `usage.unknown-repository`. */
  repository(name: RepositoryName): RepositoryDefinition {
    const repository = this.#repositories.get(name);
    if (repository !== undefined) return repository;
    throw new UmbraError('usage.unknown-repository', `There is no repository "${name}"`, {
      hint: hintFor(name, this.#repositories.keys(), 'repository'),
    });
  }

  /** What is to be done for each repository of the job, or for the one that was asked for. Throws `usage.*`. */
  plans(id: JobId, request: RunOptions & { readonly repository?: RepositoryName | undefined }): readonly RunPlan[] {
    const job = this.job(id);
    const options = optionsOf(request);
    const { repository } = request;
    if (repository !== undefined && !job.repositories.includes(repository)) {
      throw new UmbraError('usage.unknown-repository', `The job "${id}" does not save to "${repository}"`, {
        hint: hintFor(repository, job.repositories, 'repository'),
      });
    }
    if (!worksOnRepository(job)) return [{ job, repository: null, options }];
    const names = repository === undefined ? job.repositories : [repository];
    const ofKind = (name: RepositoryName) => {
      if (job.kind === 'drill') return { copies: this.#copiesOf(name) };
      return job.kind === 'copy' ? { from: this.repository(job.from), retention: this.#retentionOf(name) } : {};
    };
    return names.map((name) => ({ job, repository: this.repository(name), ...ofKind(name), options }));
  }

  #copiesOf(name: RepositoryName): readonly CopyPlace[] {
    const places = this.jobs().flatMap(
      (job): readonly (readonly [RepositoryName, CopyPlace['as'], readonly JobId[]])[] => {
        if (job.kind !== 'copy') return [];
        if (job.from === name) return job.repositories.map((to) => [to, 'copy', job.jobs] as const);
        return job.repositories.includes(name) ? [[job.from, 'origin', job.jobs]] : [];
      },
    );
    return places.flatMap(([place, as, jobs]) => {
      const repository = this.#repositories.get(place);
      return repository === undefined ? [] : [{ repository, as, jobs }];
    });
  }

  #retentionOf(name: RepositoryName): readonly TargetRetention[] {
    return this.jobs().flatMap((job) =>
      job.kind === 'forget' && job.enabled && job.repositories.includes(name)
        ? [{ jobs: job.jobs, policy: job.policy }]
        : [],
    );
  }
}

function optionsOf(request: RunOptions): RunOptions {
  const { compressionLevel, verifyAfterCompletion, dryRun, retry, uploadBytesPerSecond, parent, force } = request;
  const { strategy, ignoreConditions, agreedSnapshots } = request;
  if (
    compressionLevel !== undefined &&
    !(Number.isInteger(compressionLevel) && compressionLevel >= 0 && compressionLevel <= 9)
  ) {
    throw new UmbraError('usage.invalid', `compressionLevel is ${compressionLevel}`, {
      hint: 'Use a whole number from 0 to 9.',
    });
  }
  if (uploadBytesPerSecond !== undefined && !(uploadBytesPerSecond > 0)) {
    throw new UmbraError('usage.invalid', `uploadBytesPerSecond is ${uploadBytesPerSecond}`, {
      hint: 'Use more than 0.',
    });
  }
  if (force === true && strategy !== undefined && strategy !== 'full') {
    throw new UmbraError('usage.invalid', `A run that reads everything again is not ${strategy}`, {
      hint: 'Ask for one of the two.',
    });
  }
  if (parent !== undefined) refuseParent(parent, force === true || strategy === 'full');
  return {
    compressionLevel,
    verifyAfterCompletion,
    dryRun,
    retry,
    uploadBytesPerSecond,
    strategy,
    parent,
    force,
    ignoreConditions,
    agreedSnapshots,
  };
}

/** As all commands take an id. */
const idForm = /^[0-9a-f]{4,64}$/;

function refuseParent(parent: string, readsAll: boolean): void {
  if (!idForm.test(parent)) {
    throw new UmbraError('usage.invalid', `"${parent}" is no id of a snapshot to compare with`, {
      hint: 'Give 4 to 64 characters of an id that `umbra snapshots` shows, or none to compare with the last one.',
    });
  }
  if (readsAll) {
    throw new UmbraError('usage.invalid', 'A run that reads everything again compares with no snapshot', {
      hint: 'Ask for one of the two.',
    });
  }
}

function hintFor(name: string, known: Iterable<string>, noun: string): string {
  const names = [...known];
  const meant = closest(name, names);
  if (meant !== undefined) return `Did you mean "${meant}"?`;
  return names.length === 0 ? `Register a ${noun} first.` : `Use one of: ${names.join(', ')}.`;
}
