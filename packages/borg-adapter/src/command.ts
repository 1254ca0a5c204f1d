import {
  type BackendHost,
  type BackendRepository,
  type EngineCommand,
  type Secret,
  type TransferLimits,
  UmbraError,
} from '@umbracore/contracts';
import { passwordDescriptor, passwordNumber } from './descriptor-name.ts';
import { engineEnv } from './environment.ts';
import { parseLocation, verbatim } from './location.ts';

/** One call of borg without what all calls share. */
export interface Call {
  /** borg's word for it, such as `create`. */
  readonly name: string;
  /** Each as `--name` or `--name=value`, so that no value can be taken for a flag. */
  readonly flags?: readonly string[] | undefined;
  /** The archive that it is about; absent: the repository. */
  readonly archive?: string | undefined;
  /** After the repository. */
  readonly operands?: readonly string[] | undefined;
  /** Variables that only this call needs. */
  readonly env?: Readonly<Record<string, string>> | undefined;
  /** Variables for what borg starts. */
  readonly secretEnv?: Readonly<Record<string, Secret>> | undefined;
  /** Where it works; the scratch folder if absent. */
  readonly cwd?: string | undefined;
}

/**
 * Those that read meet for a moment whenever one of them begins or ends; longer than this borg waits for nobody: that is for the
 * caller.
 */
const lockWaitSeconds = 1;

/** Set by the adapter itself, or harmful. */
const reservedVariables = /^(?:BORG_(?!RSH$|REMOTE_PATH$)|PYTHON|TZ$|LC_|LANG$)/;

/** The complete command line. The password goes by descriptor, never by argument or environment. */
export function buildCommand(
  program: string,
  repository: BackendRepository,
  host: BackendHost,
  call: Call,
  limits?: TransferLimits,
): EngineCommand {
  const { definition, password } = repository;
  if (password === undefined) {
    throw new UmbraError('secret.unavailable', `Repository ${definition.name} has no password`, {
      hint: `Add a password to repository ${definition.name} in the configuration.`,
    });
  }
  const { address } = parseLocation(definition.location, definition.name);
  const archive = call.archive === undefined ? '' : `::${call.archive}`;
  return {
    program,
    args: [
      call.name,
      '--log-json',
      `--lock-wait=${lockWaitSeconds}`,
      ...optionFlags(repository),
      ...limitFlags({ ...definition.limits, ...limits }),
      ...(call.flags ?? []),
      '--',
      verbatim(`${address}${archive}`),
      ...(call.operands ?? []),
    ],
    env: { ...engineEnv(host), ...call.env, BORG_PASSPHRASE_FD: passwordNumber },
    secretEnv: { ...programEnv(repository, call.secretEnv), ...secretEnv(repository) },
    descriptors: { [passwordDescriptor]: password },
    cwd: call.cwd ?? host.scratchDir,
  };
}

/** What borg starts has the environment of borg, so that both can only have what does not mean something else to the other one. */
function programEnv({ definition, env }: BackendRepository, wanted: Call['secretEnv'] = {}): typeof wanted {
  const shared = Object.keys(wanted).find((variable) => reservedVariables.test(variable) || variable in env);
  if (shared === undefined) return wanted;
  const message = `What borg starts cannot have ${shared}, for borg reads that itself for ${definition.name}`;
  throw new UmbraError('config.invalid-value', message, { hint: `Set ${shared} in a script that starts the program.` });
}

function secretEnv({ definition, env }: BackendRepository): Readonly<Record<string, Secret>> {
  const reserved = Object.keys(env).find((variable) => reservedVariables.test(variable));
  if (reserved === undefined) return env;
  throw new UmbraError('config.invalid-value', `Repository ${definition.name} may not set ${reserved}`, {
    hint: `Remove ${reserved} from its env. Of borg's own variables it may set BORG_RSH and BORG_REMOTE_PATH.`,
  });
}

/** `options` of a repository are these two of borg, and what it has no setting for is refused. */
function optionFlags({ definition: { name, options, packSizeBytes } }: BackendRepository): readonly string[] {
  if (packSizeBytes !== undefined) {
    throw new UmbraError('config.invalid-value', `Repository ${name}: borg has no setting for the size of its packs`, {
      hint: `Remove packSize from repository ${name}.`,
    });
  }
  return Object.entries(options).map(([key, value]) => {
    if (['rsh', 'remote-path'].includes(key) && typeof value === 'string') return `--${key}=${value}`;
    throw new UmbraError('config.invalid-value', `Repository ${name} has an option "${key}" borg cannot take`, {
      hint: 'Use rsh or remote-path, with a text.',
    });
  });
}

/** borg limits what it sends to a server, in KiB per second, and nothing else. */
function limitFlags({ uploadBytesPerSecond: bytes }: TransferLimits): readonly string[] {
  return bytes === undefined ? [] : [`--upload-ratelimit=${Math.max(1, Math.floor(bytes / 1024))}`];
}

/** What an interrupted borg may need: it closes the segment that it writes, and saves its index and its cache. */
export const interruptGraceMs = 60_000;
