import type {
  BackendHost,
  BackendRepository,
  BackupTotals,
  EngineCommand,
  EngineLimits,
  Secret,
  TransferLimits,
} from '@umbracore/contracts';
import { UmbraError } from '@umbracore/contracts';
import { descriptorName, descriptorPath } from './descriptor-name.ts';
import { goRuntime } from './go-runtime.ts';
import { holdsCredentials, parseLocation } from './location.ts';
import type { Program } from './version-probe.ts';

/** One call of restic without what all calls share. */
export interface Call {
  /** restic's word for it, such as `backup`. */
  readonly name: string;
  /** A word that belongs to the name since 0.17, such as the `list` of `key list`. */
  readonly subcommand?: string | undefined;
  /** Each as `--name` or `--name=value`, so that no value can be taken for a flag. */
  readonly flags?: readonly string[] | undefined;
  /** After `--`. */
  readonly operands?: readonly string[] | undefined;
  readonly descriptors?: Readonly<Record<string, Secret | Uint8Array>> | undefined;
  /** Variables that only this call needs, for what restic starts. */
  readonly env?: Readonly<Record<string, Secret>> | undefined;
  /** False for `dump`, whose output is the file, and for what tells more in text. */
  readonly json?: boolean | undefined;
  /** False if the cache folder cannot be used. */
  readonly cache?: boolean | undefined;
  /** A second repository whose environment and options are needed too. */
  readonly source?: BackendRepository | undefined;
  readonly limits?: EngineLimits | undefined;
  /** The restic that the line is made for, if it depends on that; by default the one that is there when it is run. */
  readonly program?: Program | undefined;
  /** Totals that restic is not asked to find out: whoever reads its output later needs them too. */
  readonly expected?: BackupTotals | undefined;
}

/** Often enough for a smooth picture, rarely enough to cost nothing; restic's own default was 60 until 0.19. */
const progressPerSecond = 4;

/** Set by the adapter itself, or harmful: 0.18 lets `RESTIC_HOST` filter lists but not `forget`. */
const reservedVariables =
  /^RESTIC_(REPOSITORY|PASSWORD|FROM_|CACHE_DIR|COMPRESSION|PACK_SIZE|PROGRESS_FPS|HOST|KEY_HINT$)/;

/** What has rclone take orders at a port, from everybody on this machine or beyond. */
const controlPortVariables = /^RCLONE_RCD?(?:_|$)/;
const controlPortFlag = /(?:^|\s)--rcd?(?:[-=\s]|$)/;

/** The whole environment of the engine but for the repository's own variables. */
export function engineEnv(host: BackendHost): Record<string, string> {
  const { HOME, PATH, TMPDIR } = host.env;
  const inherited = Object.entries({ HOME, PATH, TMPDIR }).filter((entry): entry is [string, string] => !!entry[1]);
  return { ...Object.fromEntries(inherited), RESTIC_PROGRESS_FPS: String(progressPerSecond) };
}

/** The complete command line. Secrets go by descriptor or secret environment, never by argument. */
export function buildCommand(
  program: string,
  repository: BackendRepository,
  host: BackendHost,
  call: Call,
): EngineCommand {
  const access = accessTo(repository, '');
  const args = [
    call.name,
    ...(call.subcommand === undefined ? [] : [call.subcommand]),
    ...(call.json === false ? [] : ['--json']),
    ...access.flags,
    call.cache === false ? '--no-cache' : `--cache-dir=${host.cacheDir}`,
    ...optionFlags(repository),
    ...(call.source === undefined ? [] : optionFlags(call.source)),
    ...limitFlags({ ...repository.definition.limits, ...call.limits }),
    ...(call.flags ?? []),
    ...(call.operands === undefined ? [] : ['--', ...call.operands]),
  ];
  return {
    program,
    args,
    env: { ...engineEnv(host), ...goRuntime(call.limits) },
    secretEnv: { ...call.env, ...secretEnv(repository, call.source) },
    descriptors: { ...access.descriptors, ...call.descriptors },
    cwd: host.scratchDir,
  };
}

/** How restic is told about a repository: `''` for the main one, `from-` for the source of a copy. */
export function accessTo(
  repository: BackendRepository,
  prefix: '' | 'from-',
): { readonly flags: readonly string[]; readonly descriptors: Readonly<Record<string, Secret | Uint8Array>> } {
  const { name, location } = repository.definition;
  if (repository.password === undefined) {
    throw new UmbraError('secret.unavailable', `Repository ${name} has no password`, {
      hint: `Add a password to repository ${name} in the configuration.`,
    });
  }
  const isSecret = holdsCredentials(location);
  return {
    flags: [
      isSecret ? `--${prefix}repository-file=${descriptorPath(`${prefix}repository`)}` : `--${prefix}repo=${location}`,
      `--${prefix}password-file=${descriptorPath(`${prefix}password`)}`,
      // One that does not exist, or that the password does not open, costs half a second and nothing else (0.14 to 0.19).
      ...(repository.keyHint === undefined ? [] : [`--${prefix}key-hint=${repository.keyHint}`]),
    ],
    descriptors: {
      [descriptorName(`${prefix}password`)]: repository.password,
      ...(isSecret ? { [descriptorName(`${prefix}repository`)]: Buffer.from(location) } : {}),
    },
  };
}

function secretEnv(repository: BackendRepository, source: BackendRepository | undefined): Record<string, Secret> {
  const env: Record<string, Secret> = {};
  for (const { definition, env: own } of source === undefined ? [repository] : [source, repository]) {
    for (const [variable, value] of Object.entries(own)) {
      if (reservedVariables.test(variable)) {
        throw new UmbraError('config.invalid-value', `Repository ${definition.name} may not set ${variable}`, {
          hint: `Remove ${variable} from its env; the repository has settings of its own for it.`,
        });
      }
      if (controlPortVariables.test(variable)) throw opensPort(definition.name, variable);
      const other = env[variable];
      if (other !== undefined && other.reveal() !== value.reveal()) {
        throw new UmbraError(
          'backend.unsupported',
          `Both repositories of the copy need ${variable}, with other values`,
          {
            hint: 'Copy through a storage that needs no environment of its own, such as rclone with two remotes.',
          },
        );
      }
      env[variable] = value;
    }
  }
  return env;
}

const opensPort = (repository: string, what: string): UmbraError =>
  new UmbraError('config.invalid-value', `Repository ${repository} may not set ${what}`, {
    hint: 'It would open a port at which rclone takes orders. restic speaks with it through pipes and needs none.',
  });

/** `options` of a repository are restic's extended options (`sftp.command`, `s3.region`), and `cacert`. */
function optionFlags({ definition }: BackendRepository): readonly string[] {
  return Object.entries(definition.options).map(([key, value]) => {
    const isScalar = typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
    if (key === 'rclone.args' && controlPortFlag.test(String(value))) throw opensPort(definition.name, key);
    if (isScalar && key === 'cacert') return `--cacert=${value}`;
    if (isScalar && /^[a-z0-9]+\.[a-z0-9-]+$/.test(key)) return `--option=${key}=${value}`;
    throw new UmbraError(
      'config.invalid-value',
      `Repository ${definition.name} has an option "${key}" restic cannot take`,
      {
        hint: 'Use options such as sftp.command or s3.region, with a text, a number or true or false.',
      },
    );
  });
}

/** restic counts in KiB per second; 0 would mean no limit. */
function limitFlags({ uploadBytesPerSecond, downloadBytesPerSecond }: TransferLimits): readonly string[] {
  const flag = (name: string, bytes: number | undefined): readonly string[] =>
    bytes === undefined ? [] : [`--limit-${name}=${Math.max(1, Math.floor(bytes / 1024))}`];
  return [...flag('upload', uploadBytesPerSecond), ...flag('download', downloadBytesPerSecond)];
}

const mebibyte = 1024 * 1024;
const defaultPackBytes = 16 * mebibyte;
/** restic flushes each pack to the disk; whoever writes to the same one meanwhile waits for the whole of it. */
const gentlePackBytes = defaultPackBytes / 2;

/**
 * The packs of a repository are as large as its definition says; else those of an engine that is to give way at the disk
 * are half as large as restic makes them, where the repository is on a disk of this machine.
 * Throws `config.invalid-value` outside of 4 to 128 MiB.
 */
export function packSizeFlags({ definition }: BackendRepository, limits: EngineLimits = {}): readonly string[] {
  const givesWay = limits.ioPriority === 'idle' && parseLocation(definition.location).kind === 'local';
  const bytes = definition.packSizeBytes ?? (givesWay ? gentlePackBytes : undefined);
  if (bytes === undefined) return [];
  const mebibytes = Math.round(bytes / mebibyte);
  if (mebibytes < 4 || mebibytes > 128) {
    throw new UmbraError(
      'config.invalid-value',
      `Repository ${definition.name}: restic cannot make packs of that size`,
      {
        hint: 'Use a pack size from 4 MiB to 128 MiB.',
      },
    );
  }
  return [`--pack-size=${mebibytes}`];
}

/**
 * How long an interrupted restic may need: it finishes the packs it is sending, which takes their size divided by the
 * limit, and then removes its lock.
 */
export function interruptGraceMs(repository: BackendRepository, limits: TransferLimits | undefined): number {
  const { definition } = repository;
  const location = parseLocation(definition.location);
  const scheme = location.kind === 'local' ? 'local' : location.scheme;
  const connections = Number(definition.options[`${scheme}.connections`] ?? (scheme === 'local' ? 2 : 5));
  const { uploadBytesPerSecond: up, downloadBytesPerSecond: down } = { ...definition.limits, ...limits };
  const slowest = Math.min(up ?? Infinity, down ?? Infinity);
  const transferMs = ((definition.packSizeBytes ?? defaultPackBytes) * (connections || 5) * 1000) / slowest;
  return Math.round(30_000 + 1.5 * transferMs);
}
