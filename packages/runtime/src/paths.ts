import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { UmbraError } from '@umbracore/contracts';

/** Where this installation keeps what it knows. All are folders of its own, mode 0700. */
export interface RuntimePaths {
  /** Journal and history. */
  readonly stateDir: string;
  /** Output of engines that run. */
  readonly spoolDir: string;
  /** One log for each run, and the operator's log. */
  readonly logDir: string;
  /** Passwords that the product made. */
  readonly secretDir: string;
  /** May be deleted at any time when nothing runs. */
  readonly cacheDir: string;
  /** Short-lived files. */
  readonly scratchDir: string;
}

export interface PathOptions {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly home: string;
  /** Overrides `UMBRA_STATE_DIR` and the XDG folder. */
  readonly stateDir?: string | undefined;
}

/** The folder that `runtimePaths` gives for the state, for programs that need no other one. */
export const stateFolder = ({ env, home, stateDir: chosen }: PathOptions): string =>
  chosen ?? (env['UMBRA_STATE_DIR'] || join(env['XDG_STATE_HOME'] || join(home, '.local', 'state'), 'umbra'));

/** The folder that `runtimePaths` gives for what may be deleted. */
export const cacheFolder = ({ env, home }: PathOptions): string =>
  env['UMBRA_CACHE_DIR'] || join(env['XDG_CACHE_HOME'] || join(home, '.cache'), 'umbra');

/**
 * Decides by option, then `UMBRA_STATE_DIR`, then the XDG folders. Reads nothing and makes nothing. Throws `usage.invalid` for a
 * folder that can never be made.
 */
export function runtimePaths(options: PathOptions): RuntimePaths {
  const { env } = options;
  const stateDir = makeable('UMBRA_STATE_DIR', stateFolder(options));
  return {
    stateDir,
    spoolDir: join(stateDir, 'spool'),
    logDir: join(stateDir, 'logs'),
    secretDir: join(stateDir, 'secrets'),
    cacheDir: makeable('UMBRA_CACHE_DIR', cacheFolder(options)),
    scratchDir: makeable('TMPDIR', join(env['TMPDIR'] || tmpdir(), `umbra-${process.getuid?.() ?? 'user'}`)),
  };
}

/** Places of the kernel's own: it says that a folder is not there when one is to be made, and Node tries again for ever. */
export const isOfKernel = (folder: string): boolean => /^\/(?:proc|sys|dev\/fd)(?:\/|$)/.test(resolve(folder));

function makeable(variable: string, folder: string): string {
  if (!isOfKernel(folder)) return folder;
  throw new UmbraError('usage.invalid', `no folder can be made at ${folder}`, {
    hint: `Set ${variable} to a folder on a disk, or leave it out.`,
  });
}
