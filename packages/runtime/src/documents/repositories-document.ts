import type { Configuration } from '@umbracore/contracts';
import { shownLocation } from './shown-location.ts';

/** The configured repositories, and which jobs use them. */
export const repositoriesDocument = ({ repositories, jobs }: Pick<Configuration, 'repositories' | 'jobs'>) => ({
  repositories: [...repositories.values()].map(({ name, backend, location }) => ({
    name,
    backend,
    location: shownLocation(location),
    jobs: [...jobs.values()].filter((job) => job.repositories.includes(name)).map(({ id }) => id),
  })),
});
