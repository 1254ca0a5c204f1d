import { UmbraError } from '@umbracore/contracts';
import type { JobDefinition, JobKind, RepositoryDefinition, RunOptions, RunPlan } from '@umbracore/contracts';

export type JobOf<K extends JobKind> = Extract<JobDefinition, { readonly kind: K }>;

/** The plan of a job of one kind that works on a repository. */
export interface PlanOf<K extends JobKind> {
  readonly job: JobOf<K>;
  readonly repository: RepositoryDefinition;
  readonly options: RunOptions;
}

/** Throws `internal` for a job of another kind. */
export function planOf<K extends JobKind>(plan: RunPlan, kind: K): PlanOf<K> {
  return { job: jobOf(plan, kind), repository: repositoryOf(plan), options: plan.options };
}

/** Throws `internal` for a job of another kind. */
export function jobOf<K extends JobKind>({ job }: RunPlan, kind: K): JobOf<K> {
  if (!isOf(job, kind)) throw new UmbraError('internal', `${job.id} is no ${kind}`);
  return job;
}

/** The repository that a run works on. Throws `internal` for a kind that works on none. */
export function repositoryOf({ job, repository }: RunPlan): RepositoryDefinition {
  if (repository === null) throw new UmbraError('internal', `${job.id} works on no repository`);
  return repository;
}

/** Where a copy takes from. Throws `internal` for a plan without it. */
export function originOf({ job, from }: RunPlan): RepositoryDefinition {
  if (from === undefined) throw new UmbraError('internal', `The plan of ${job.id} does not say where it copies from`);
  return from;
}

const isOf = <K extends JobKind>(job: JobDefinition, kind: K): job is JobOf<K> => job.kind === kind;
