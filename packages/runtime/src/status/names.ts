import {
  closest,
  type Configuration,
  type ErrorCode,
  type JobDefinition,
  type RepositoryDefinition,
  UmbraError,
} from '@umbracore/contracts';

/** Throws `usage.unknown-job` with the name that was probably meant. */
export const jobNamed = (configuration: Configuration, name: string): JobDefinition =>
  configuration.jobs.get(name) ?? unknown('usage.unknown-job', 'job', name, [...configuration.jobs.keys()]);

/** Throws `usage.unknown-repository` with the name that was probably meant. */
export const repositoryNamed = (configuration: Configuration, name: string): RepositoryDefinition =>
  configuration.repositories.get(name) ??
  unknown('usage.unknown-repository', 'repository', name, [...configuration.repositories.keys()]);

/** The repository that is asked for, else those of the job, else all of them. Throws `usage.*`. */
export function repositoriesFor(
  configuration: Configuration,
  job: string | undefined,
  name: string | undefined,
): readonly RepositoryDefinition[] {
  if (name !== undefined) return [repositoryNamed(configuration, name)];
  if (job === undefined) return [...configuration.repositories.values()];
  const found = configuration.jobs.get(job) ?? unknownSaver(job, [...configuration.jobs.keys()]);
  return found.repositories.map((each) => repositoryNamed(configuration, each));
}

/** Of a job that was renamed or removed, the repositories still have what it saved, and listings name it. */
const unknownSaver = (name: string, names: readonly string[]): never =>
  unknown('usage.unknown-job', 'job', name, names, 'What a job saved that is gone is found with --repo.');

/** Throws the refusal of a name that stands for nothing. */
export function unknown(code: ErrorCode, noun: string, name: string, names: readonly string[], more = ''): never {
  const near = closest(name, names);
  const all = names.length === 0 ? 'The configuration has none yet.' : `Choose one of: ${names.join(', ')}.`;
  throw new UmbraError(code, `there is no ${noun} "${name}"`, {
    hint: `${near === undefined ? all : `Did you mean ${near}? ${names.length > 1 ? all : ''}`.trim()} ${more}`.trim(),
  });
}
