import { UmbraError } from '@umbracore/contracts';
import type { ForgetOutlook, JobId, RunPlan } from '@umbracore/contracts';
import type { CoordinatorPorts } from '../ports.ts';
import { forgetOutlook } from './forget-outlook.ts';

export interface PreviewRequest {
  /** Only snapshots of these jobs, of those that the forget job takes. */
  readonly only?: readonly JobId[] | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** What a run of a forget job would do now. Throws `usage.invalid` for a job of another kind. */
export async function previewForget(
  ports: Pick<CoordinatorPorts, 'store' | 'repositories' | 'clock'>,
  { job, repository }: RunPlan,
  { only, signal }: PreviewRequest,
): Promise<ForgetOutlook> {
  if (job.kind !== 'forget' || repository === null) {
    throw new UmbraError('usage.invalid', `The job "${job.id}" forgets nothing`, { hint: 'Name a forget job.' });
  }
  const backend = await ports.repositories.backend(repository, signal);
  const present = await backend.snapshots({}, { signal });
  return await forgetOutlook(ports, { job, repository: repository.name, present, only });
}
