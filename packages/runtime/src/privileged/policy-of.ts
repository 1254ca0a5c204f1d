import type { BackupJobDefinition, Configuration, RepositoryDefinition } from '@umbracore/contracts';
import { withoutLogin } from '@umbracore/xpc-bridge/light';

/** A policy for what a configuration asks for, and what root has to do for it to work. */
export interface ProposedPolicy {
  readonly policy: Readonly<Record<string, unknown>>;
  readonly notes: readonly string[];
}

export interface ProposedBy {
  /** Who is to be let in. */
  readonly user: string;
  /** Absolute path of restic. */
  readonly engine: string;
}

/** What the privileged jobs of a configuration do, as root would have to allow it. Nothing of it is secret. */
export function policyOf({ jobs, repositories }: Configuration, { user, engine }: ProposedBy): ProposedPolicy {
  const privileged = [...jobs.values()].filter(
    (job): job is BackupJobDefinition => job.kind === 'backup' && job.privileged === true,
  );
  const used = [...new Set(privileged.flatMap((job) => job.repositories))]
    .map((name) => repositories.get(name))
    .filter((repository) => repository !== undefined);
  return {
    policy: {
      version: 1,
      users: [user],
      engine,
      repositories: Object.fromEntries(used.map((repository) => [repository.name, ofRepository(repository)])),
      jobs: Object.fromEntries(privileged.map((job) => [job.id, ofJob(job)])),
    },
    notes: [
      ...(privileged.length === 0 ? [nothingPrivileged] : []),
      ...used.flatMap((repository) => [
        `Let root write the password of ${repository.name} into ${secretFile(repository.name)}, with mode 0600`,
        ...variablesOf(repository).map(
          (variable) => `and its ${variable} into ${secretFile(`${repository.name}.${variable}`)}`,
        ),
        ...(hasLogin(repository) ? [loginOf(repository)] : []),
      ]),
      ...privileged
        .filter(({ snapshot }) => snapshot !== undefined)
        .map(({ id }) => `Let root add the volumes that the sources of ${id} are on, under "volumes"`),
    ],
  };
}

const nothingPrivileged =
  'No job has `privileged: true`: this policy lets nobody do anything. Write it into the jobs that need more rights, and ask again';

/** Secrets of the one who asks are no secrets of root: they are written anew where only root reads them. */
const secretFile = (name: string): string => `/etc/umbra/${name}.pass`;

const hasLogin = ({ location }: RepositoryDefinition): boolean => withoutLogin(location) !== location;

const isRest = ({ location }: RepositoryDefinition): boolean => location.startsWith('rest:');

/** What stands in the address goes where nobody but root reads it. */
const variablesOf = (repository: RepositoryDefinition): readonly string[] => [
  ...new Set([
    ...Object.keys(repository.env),
    ...(hasLogin(repository) && isRest(repository) ? ['RESTIC_REST_USERNAME', 'RESTIC_REST_PASSWORD'] : []),
  ]),
];

const loginOf = (repository: RepositoryDefinition): string =>
  isRest(repository)
    ? `The login in the address of ${repository.name} stands in those two, which restic 0.17 or newer reads`
    : `The password in the address of ${repository.name} is left out: a policy has none there`;

function ofRepository(repository: RepositoryDefinition) {
  const { name, location, options, compression, packSizeBytes } = repository;
  const variables = variablesOf(repository).map((variable) => [variable, `file:${secretFile(`${name}.${variable}`)}`]);
  return {
    location: withoutLogin(location),
    password: `file:${secretFile(name)}`,
    ...(variables.length === 0 ? {} : { env: Object.fromEntries(variables) }),
    ...(Object.keys(options).length === 0 ? {} : { options }),
    ...(compression === undefined ? {} : { compression }),
    ...(packSizeBytes === undefined ? {} : { packSizeBytes }),
    restore: false,
  };
}

/** A job as the policy has to have it. */
export const ofJob = (job: BackupJobDefinition) => ({
  repositories: job.repositories,
  sources: job.sources.map(({ path }) => path),
  ...(job.excludes.length === 0 ? {} : { excludes: job.excludes }),
  ...(job.excludeIfPresent.length === 0 ? {} : { excludeIfPresent: job.excludeIfPresent }),
  ...(job.excludeCaches ? { excludeCaches: true } : {}),
  ...(job.oneFileSystem ? { oneFileSystem: true } : {}),
  ...(job.tags.length === 0 ? {} : { tags: job.tags }),
  ...(job.snapshot === undefined ? {} : { snapshot: job.snapshot }),
});
