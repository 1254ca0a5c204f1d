import { forgottenAt, isForgottenTag, jobOfTags, UmbraError } from '@umbracore/contracts';
import type {
  ForgetJobDefinition,
  ForgetOutlook,
  JobId,
  RepositoryDefinition,
  RepositoryName,
  RunPlan,
} from '@umbracore/contracts';
import { forgetOutlook, isChosen, type OutlookPorts } from './forget-outlook.ts';

export interface PreviewRequest {
  /** Only snapshots of these jobs, of those that the forget job takes. */
  readonly only?: readonly JobId[] | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** What a run of a forget job would do now. Throws `usage.invalid` for a job of another kind. */
export async function previewForget(
  ports: OutlookPorts,
  plan: RunPlan,
  { only, signal }: PreviewRequest,
): Promise<ForgetOutlook> {
  const { job, repository } = forgetOf(plan);
  const backend = await ports.repositories.backend(repository, signal);
  const present = await backend.snapshots({}, { signal });
  return await forgetOutlook(ports, { job, repository, present, supports: backend.supports, only });
}

/** What was marked to be removed, and is not any more. */
export interface TakenBack {
  readonly job: JobId;
  readonly repository: RepositoryName;
  /** Old id to new id. */
  readonly snapshots: ReadonlyMap<string, string>;
}

/** Takes the marks away that a forget job has made, so that its next plan decides anew. Throws as `previewForget` does. */
export async function takeBack(
  ports: OutlookPorts,
  plan: RunPlan,
  { only = [], signal }: PreviewRequest,
): Promise<TakenBack> {
  const { job, repository } = forgetOf(plan);
  const backend = await ports.repositories.backend(repository, signal);
  const marked = (await backend.snapshots({}, { signal })).filter(({ tags }) => {
    const of = jobOfTags(tags);
    return forgottenAt(tags) !== undefined && isChosen(of, job.jobs) && isChosen(of, only);
  });
  const marks = [...new Set(marked.flatMap(({ tags }) => tags.filter(isForgottenTag)))];
  const ids = marked.map(({ id }) => id);
  const snapshots = ids.length === 0 ? new Map<string, string>() : await backend.tag(ids, [], marks, { signal });
  return { job: job.id, repository: repository.name, snapshots };
}

function forgetOf({ job, repository }: RunPlan): {
  readonly job: ForgetJobDefinition;
  readonly repository: RepositoryDefinition;
} {
  if (job.kind === 'forget' && repository !== null) return { job, repository };
  throw new UmbraError('usage.invalid', `The job "${job.id}" forgets nothing`, { hint: 'Name a forget job.' });
}
