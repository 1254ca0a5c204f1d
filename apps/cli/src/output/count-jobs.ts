import type { JobDefinition } from '@umbracore/contracts';
import { formatQuantity } from './sizes.ts';

interface Counts {
  /** Without chains. */
  readonly jobs: number;
  readonly chains: number;
}

/** Chains are jobs to the program, but not to those who wrote them under `chains:`. */
export function countJobs(all: Iterable<Pick<JobDefinition, 'kind'>>): Counts {
  const kinds = [...all].map(({ kind }) => kind);
  const chains = kinds.filter((kind) => kind === 'chain').length;
  return { jobs: kinds.length - chains, chains };
}

/** `9 jobs, 3 chains` */
export function countText({ jobs, chains }: Counts): string {
  const told = formatQuantity(jobs, 'job');
  return chains === 0 ? told : `${told}, ${formatQuantity(chains, 'chain')}`;
}
