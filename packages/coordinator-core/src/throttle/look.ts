import type { RepositoryDefinition, RunPlan, Sensors, ThrottlePolicy } from '@umbracore/contracts';
import { rates } from './limits.ts';
import type { Sharing } from './parts.ts';
import type { Heard } from './steer.ts';

export interface Speaker {
  readonly who: string;
  readonly policy: ThrottlePolicy;
  readonly repository: RepositoryDefinition | undefined;
}

/** Whose policies count for a run. */
export function speakersFor({
  job,
  repository,
  from,
}: Pick<RunPlan, 'job' | 'repository' | 'from'>): readonly Speaker[] {
  const repositories = [repository, from].filter((one) => one !== null && one !== undefined);
  return [
    ...(job.throttle === undefined ? [] : [{ who: 'job', policy: job.throttle, repository: undefined }]),
    ...repositories.flatMap((definition): Speaker[] =>
      definition.throttle === undefined
        ? []
        : [{ who: `repository ${definition.name}`, policy: definition.throttle, repository: definition }],
    ),
  ];
}

/** A run holds on to this much of a shared rate at most, if whoever comes meanwhile can work beside it and its engine gives nothing back. */
const mostKept = 3 / 4;

/** How a run takes part in what a repository has its runs share. */
export function sharingIn({ job, from }: Pick<RunPlan, 'job' | 'from'>, name: string): Sharing {
  const onlyReads = job.kind === 'check' || job.kind === 'drill' || from?.name === name;
  // Beside a check or prune no backup works: the engine's lock keeps it out.
  return { uses: onlyReads ? ['downloadBytesPerSecond'] : rates, most: job.kind === 'drill' ? mostKept : 1 };
}

/** What the speakers say at this moment. */
export async function listen(
  sensors: Sensors,
  speakers: readonly Speaker[],
  { repository, from }: Pick<RunPlan, 'repository' | 'from'>,
): Promise<readonly Heard[]> {
  const locations = [repository, from].flatMap((one) => one?.location ?? []);
  return await Promise.all(
    speakers.map(async ({ who, policy }) => ({
      who,
      policy,
      readings: await Promise.all(policy.rules.map(({ all }) => sensors.sense(all, { zone: policy.zone, locations }))),
    })),
  );
}
