import type { Configuration, RepositoryDefinition } from '@umbracore/contracts';
import type { ExplainedValue } from '@umbracore/runtime';
import { shownLocation } from '@umbracore/runtime/documents';
import { calendar, explainConfiguration, readConfiguration, runtimePaths } from '../doors/configuration.ts';
import type { Session } from '../session.ts';
import { jobValuesDocument } from './job-values.ts';

export interface ShownConfiguration {
  readonly configuration: Configuration;
  /** None where one job is shown. */
  readonly repositories: readonly RepositoryDefinition[];
  readonly jobs: readonly { readonly id: string; readonly values: readonly ExplainedValue[] }[];
}

/** The configuration with its defaults, or the values that one job gets. */
export async function shownConfiguration(session: Session, job?: string): Promise<ShownConfiguration> {
  const configuration = await readConfiguration(session.place());
  const { configFile, ...place } = session.place();
  const { stateDir } = runtimePaths(place);
  const jobs: { readonly id: string; readonly values: readonly ExplainedValue[] }[] = [];
  for (const id of job === undefined ? configuration.jobs.keys() : [job]) {
    jobs.push({ id, values: await explainConfiguration({ ...place, path: configFile, calendar, stateDir, job: id }) });
  }
  return { configuration, repositories: job === undefined ? [...configuration.repositories.values()] : [], jobs };
}

/** `umbra.config/1`. */
export const shownDocument = ({ configuration, repositories, jobs }: ShownConfiguration) => ({
  file: configuration.file ?? null,
  repositories: repositories.map(({ name, backend, location }) => ({
    name,
    backend,
    location: shownLocation(location),
  })),
  jobs: jobs.map(jobValuesDocument),
});
