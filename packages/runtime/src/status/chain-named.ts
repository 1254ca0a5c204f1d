import { UmbraError, type ChainJobDefinition, type Configuration } from '@umbracore/contracts';
import { jobNamed } from './names.ts';

export const chainsOf = ({ jobs }: Configuration): readonly ChainJobDefinition[] =>
  [...jobs.values()].filter((job) => job.kind === 'chain');

/** Throws `usage.unknown-job`, and `usage.invalid` for a job that is no chain. */
export function chainNamed(configuration: Configuration, name: string): ChainJobDefinition {
  const job = jobNamed(configuration, name);
  if (job.kind === 'chain') return job;
  const names = chainsOf(configuration).map(({ id }) => id);
  throw new UmbraError('usage.invalid', `"${name}" is no chain but a ${job.kind} job`, {
    hint: names.length === 0 ? 'There are no chains yet: `umbra help chains`.' : `Choose one of: ${names.join(', ')}.`,
  });
}
