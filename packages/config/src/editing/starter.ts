import { stringify } from 'yaml';

export interface StarterOptions {
  /** Name of the repository. */
  readonly repository: string;
  /** Where it lives, as the user wrote it. */
  readonly location: string;
  /** Undefined for the usual one. */
  readonly backend?: string | undefined;
  /** A secret reference; undefined leaves the password in the state folder. */
  readonly password?: string | undefined;
  /** Id of the first job. */
  readonly job: string;
  readonly sources: readonly string[];
  /** A phrase; undefined leaves it out, which means by hand only. */
  readonly schedule?: string | undefined;
}

const line = (value: unknown): string =>
  stringify(value, { lineWidth: 0, blockQuote: false, collectionStyle: 'flow' }).trimEnd();

/** The text of a first configuration in YAML, short and commented. */
export function starterConfiguration({
  repository,
  location,
  backend,
  password,
  job,
  sources,
  schedule,
}: StarterOptions): string {
  const [only, ...others] = sources;
  return [
    '# What UmbraCore backs up, where to and when. Check it with: umbra config check',
    'repositories:',
    ...(password === undefined && backend === undefined
      ? [`  ${line(repository)}: ${line(location)}`]
      : [
          `  ${line(repository)}:`,
          `    url: ${line(location)}`,
          ...(backend === undefined ? [] : [`    backend: ${line(backend)}`]),
          ...(password === undefined
            ? []
            : [`    password: ${line(password)}   # where it is found, never the password itself`]),
        ]),
    'jobs:',
    `  ${line(job)}:`,
    `    sources: ${line(others.length === 0 ? only : sources)}`,
    "    # excludes: ['**/node_modules', '*.tmp']",
    // Last, so that a job that is added later does not take the comment for its own.
    `    schedule: ${line(schedule ?? 'manual')}`,
    '',
  ].join('\n');
}
