import * as z from 'zod/mini';
import {
  reasonOf,
  sourceSnapshots,
  UmbraError,
  type RepositoryDefinition,
  type SecretReference,
} from '@umbracore/contracts';
import { systemPath } from './volumes/run.ts';
import { absolutePath, plainName } from '../protocol/requests.ts';

const text = z.string().check(z.maxLength(4096), z.regex(/^[^\0]*$/));
const secret = text.check(z.regex(/^file:\//));
const account = z.union([z.int().check(z.minimum(0)), z.string().check(z.regex(/^[A-Za-z_][A-Za-z0-9_.-]{0,63}$/))]);
const list = <T extends z.core.$ZodType>(of: T) => z._default(z.array(of), []);
const flag = z._default(z.boolean(), false);

const repository = z.strictObject({
  /** Without a password in it: `env` takes references. */
  location: text.check(z.refine((location) => !/:\/\/[^/@]*:[^/@]*@/.test(location), 'holds a password')),
  password: secret,
  env: z._default(z.record(z.string().check(z.regex(/^[A-Za-z_][A-Za-z0-9_]*$/)), secret), {}),
  options: z._default(z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])), {}),
  compression: z.optional(z.enum(['off', 'auto', 'fastest', 'better', 'max'])),
  packSizeBytes: z.optional(z.int()),
  /** Whether its snapshots may be restored with their owners. */
  restore: flag,
});

const job = z.strictObject({
  repositories: z.array(plainName).check(z.minLength(1)),
  sources: z.array(absolutePath).check(z.minLength(1)),
  excludes: list(text),
  excludeIfPresent: list(text),
  excludeCaches: flag,
  oneFileSystem: flag,
  tags: list(text),
  snapshot: z.optional(z.enum(sourceSnapshots)),
});

const volume = z.discriminatedUnion('kind', [
  /** `subvolume` is saved as a read-only snapshot in `folder`, which is on the same file system. */
  z.strictObject({ kind: z.literal('btrfs'), subvolume: absolutePath, folder: absolutePath }),
  /** `size` is what may change of the volume while the snapshot is there. */
  z.strictObject({
    kind: z.literal('lvm'),
    group: plainName,
    volume: plainName,
    size: z.string().check(z.regex(/^[1-9][0-9]{0,6}[MG]$/)),
    fileSystem: z.enum(['ext4', 'xfs', 'btrfs']),
    /** Where the volume is mounted; needed for jobs with `snapshot`. */
    at: z.optional(absolutePath),
  }),
  z.strictObject({
    kind: z.literal('zfs'),
    dataset: z.string().check(z.regex(/^[A-Za-z0-9][A-Za-z0-9_.:-]*(?:\/[A-Za-z0-9][A-Za-z0-9_.:-]*)*$/)),
  }),
]);

const location = z.strictObject({
  device: absolutePath,
  at: absolutePath,
  fileSystem: z.enum(['ext4', 'xfs', 'btrfs', 'vfat', 'exfat', 'ntfs3', 'iso9660']),
  readOnly: flag,
});

const schema = z.strictObject({
  $schema: z.optional(z.string()),
  version: z.literal(1),
  /** Who may ask: names or numbers. */
  users: list(account),
  groups: list(account),
  /** Absolute path of restic. */
  engine: absolutePath,
  /** Where tools of file systems are, if not where they usually are. */
  path: z._default(z.array(absolutePath).check(z.minLength(1)), [...systemPath]),
  repositories: z._default(z.record(plainName, repository), {}),
  jobs: z._default(z.record(plainName, job), {}),
  volumes: z._default(z.record(plainName, volume), {}),
  locations: z._default(z.record(plainName, location), {}),
});

/** What root allows, as it is written in the policy file. */
export type Policy = z.output<typeof schema>;
export type PolicyInput = z.input<typeof schema>;
export type PolicyRepository = z.output<typeof repository>;
export type PolicyVolume = z.output<typeof volume>;
export type PolicyLocation = z.output<typeof location>;

/** Throws `config.syntax`, `config.invalid-value` or `config.unknown-reference`; says where. */
export function parsePolicy(json: string, file: string): Policy {
  const result = schema.safeParse(jsonOf(json, file), { reportInput: true });
  if (!result.success) {
    const { issues } = result.error;
    // A slip of the pen in a key is why the right one is missing.
    const issue = issues.find(({ code }) => code === 'unrecognized_keys') ?? issues[0];
    throw new UmbraError('config.invalid-value', `${file}: ${issue === undefined ? 'is not valid' : said(issue)}`, {
      hint: 'Compare it with what `umbra helper policy` prints.',
    });
  }
  const policy = result.data;
  for (const [name, { repositories }] of Object.entries(policy.jobs)) {
    const unknown = repositories.find((repository) => !Object.hasOwn(policy.repositories, repository));
    if (unknown === undefined) continue;
    throw new UmbraError('config.unknown-reference', `${file}: jobs.${name} names the repository ${unknown}`, {
      hint: `Add ${unknown} to "repositories", or take it out of the job.`,
    });
  }
  return policy;
}

/** In words, what the library names by its types. */
const kinds: Partial<Record<string, string>> = {
  array: 'a list',
  object: 'a map',
  record: 'a map',
  string: 'text',
  int: 'a whole number',
  number: 'a number',
  boolean: 'true or false',
};

/** Where it is, and what: the library says the latter in a language that is not loaded. */
function said(issue: z.core.$ZodIssue): string {
  const at = issue.path.map(String).join('.');
  const where = at === '' ? '' : `${at}: `;
  if (issue.code === 'unrecognized_keys')
    return `${where}unknown key ${issue.keys.map((key) => JSON.stringify(key)).join(', ')}`;
  if (issue.code === 'invalid_value')
    return `${where}has to be ${issue.values.map((value) => JSON.stringify(value)).join(' or ')}`;
  if (issue.code === 'invalid_type')
    return issue.input === undefined
      ? `${where}is missing`
      : `${where}has to be ${kinds[issue.expected] ?? issue.expected}`;
  return `${where}${issue.message === 'Invalid input' ? 'is not valid' : issue.message}`;
}

function jsonOf(json: string, file: string): unknown {
  try {
    return JSON.parse(json);
  } catch (cause) {
    throw new UmbraError('config.syntax', `${file} is no JSON: ${reasonOf(cause)}`, {
      hint: 'Correct it, or write it anew with `umbra helper policy`.',
      cause,
    });
  }
}

/** A repository of the policy as backends take it. */
export function definitionOf(name: string, repository: PolicyRepository): RepositoryDefinition {
  const { location, password, env, options, compression, packSizeBytes } = repository;
  return {
    name,
    backend: 'restic',
    location,
    password: referenceOf(password),
    env: Object.fromEntries(Object.entries(env).map(([variable, value]) => [variable, referenceOf(value)])),
    compression,
    packSizeBytes,
    limits: {},
    lockWaitMs: 0,
    options,
  };
}

const referenceOf = (secret: string): SecretReference => ({ scheme: 'file', target: secret.slice('file:'.length) });
