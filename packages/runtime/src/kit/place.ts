import type { RepositoryDefinition, SecretReference } from '@umbracore/contracts';

/** A variable that restic needs for a storage, by name; its value is not in a kit. */
export interface KitVariable {
  readonly name: string;
  /** Where its value is; null if it is a part of the address in the configuration. */
  readonly from: SecretReference | null;
}

/** Where a repository is and what it takes to reach it, without any credentials. */
export interface KitPlace {
  readonly location: string;
  readonly variables: readonly KitVariable[];
  /** What else the kind of storage needs, a sentence each. */
  readonly needs: readonly string[];
  /** Extended options of restic, as `name=value`. */
  readonly options: readonly string[];
  /** A file with certificates. */
  readonly certificates: string | null;
}

/** Leaves out what only makes transfers faster. */
const isTuning = (name: string): boolean => name.endsWith('.connections');

const textOf = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value));

/** What a definition tells of a place. The address loses its credentials; variables stand for them where restic has some. */
export function placeOf({ backend, location, env, options }: RepositoryDefinition): KitPlace {
  if (backend === 'borg') return borgPlace(location, env);
  const scheme = schemeOf(location);
  const own = Object.entries(env).map(([name, from]) => ({ name, from }));
  const extended = Object.entries(options).filter(([name]) => name !== 'cacert' && !isTuning(name));
  const certificates = options['cacert'];
  return {
    location: withoutCredentials(location, scheme),
    variables: [...own, ...variablesFor(location, scheme).filter(({ name }) => !(name in env))],
    needs: needs[scheme] ?? needs['local'] ?? [],
    options: extended.map(([name, value]) => `${name}=${textOf(value)}`),
    certificates: certificates === undefined ? null : textOf(certificates),
  };
}

/** borg knows folders and ssh. */
const borgPlace = (location: string, env: RepositoryDefinition['env']): KitPlace => ({
  location: withoutCredentials(location, 'sftp'),
  variables: Object.entries(env).map(([name, from]) => ({ name, from })),
  needs: location.startsWith('/')
    ? [
        'It is a folder. Its disk or share must be there; if it is elsewhere on the computer that you use, write that ' +
          'path after BORG_REPO in section 5.',
      ]
    : [
        'It is reached with the program ssh, which needs the key (often a file in ~/.ssh) or the password of the user in ' +
          'the address. borg has to be installed on that host too.',
      ],
  options: [],
  certificates: null,
});

const schemeOf = (location: string): string => /^([a-z0-9]+):/.exec(location)?.[1] ?? 'local';

/** Up to the last @ before the path, and beyond a slash too if a password has one that nobody encoded. */
const login = /:\/\/[^/\s@:]*:[^\s]*@|:\/\/[^/\s@]*@/;

/** A user name alone is no secret, and ssh needs it. */
function withoutCredentials(location: string, scheme: string): string {
  if (!/:\/\/[^/\s@:]*:[^\s]*@/.test(location)) return location;
  return scheme === 'sftp' ? location.replace(/(:\/\/[^/\s@:]*):[^\s]*@/, '$1@') : location.replace(login, '://');
}

function variablesFor(location: string, scheme: string): readonly KitVariable[] {
  if (scheme !== 'rest' || withoutCredentials(location, scheme) === location) return [];
  return ['RESTIC_REST_USERNAME', 'RESTIC_REST_PASSWORD'].map((name) => ({ name, from: null }));
}

const needs: Readonly<Record<string, readonly string[]>> = {
  local: [
    'It is a folder. Its disk or share must be there; if it is elsewhere on the computer that you use, write that ' +
      'path after RESTIC_REPOSITORY in section 5.',
  ],
  sftp: [
    'It is reached with the program ssh, which needs the key (often a file in ~/.ssh) or the password of the user in ' +
      'the address, and what ~/.ssh/config says of the host.',
  ],
  rest: [
    'It is behind an HTTP server. If that asks who you are, restic (0.17 or newer) takes the name and the password ' +
      'from RESTIC_REST_USERNAME and RESTIC_REST_PASSWORD.',
  ],
  s3: [
    'It is in an S3 bucket. restic takes the keys from AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or from the file ' +
      '~/.aws/credentials.',
  ],
  b2: ['It is in a Backblaze B2 bucket. restic takes the keys from B2_ACCOUNT_ID and B2_ACCOUNT_KEY.'],
  azure: [
    'It is in Azure Blob Storage. restic takes the account from AZURE_ACCOUNT_NAME, and AZURE_ACCOUNT_KEY or ' +
      'AZURE_ACCOUNT_SAS.',
  ],
  gs: [
    'It is in Google Cloud Storage. restic takes the project from GOOGLE_PROJECT_ID, and the file of the account from ' +
      'GOOGLE_APPLICATION_CREDENTIALS.',
  ],
  swift: [
    'It is in OpenStack Swift. restic takes the account from the variables of OpenStack, whose names begin with OS_.',
  ],
  rclone: [
    'It is reached with the program rclone (rclone.org), which needs its configuration file: `rclone config file` ' +
      'prints where that is. It must know the remote in the address.',
  ],
};
