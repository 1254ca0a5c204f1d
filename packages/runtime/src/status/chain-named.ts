import { UmbraError, type ChainJobDefinition, type Configuration } from '@umbracore/contracts';
import { unknown } from './names.ts';

export const chainsOf = ({ jobs }: Configuration): readonly ChainJobDefinition[] =>
  [...jobs.values()].filter((job) => job.kind === 'chain');

/** Throws `usage.unknown-job`, and `usage.invalid` for a job that is no chain. */
export function chainNamed(configuration: Configuration, name: string): ChainJobDefinition {
  const names = chainsOf(configuration).map(({ id }) => id);
  const job = configuration.jobs.get(name) ?? unknown('usage.unknown-job', 'chain', name, names);
  if (job.kind === 'chain') return job;
  throw new UmbraError('usage.invalid', `"${name}" is no chain but a ${job.kind} job`, {
    hint: names.length === 0 ? 'There are no chains yet: `umbra help chains`.' : `Choose one of: ${names.join(', ')}.`,
  });
}
