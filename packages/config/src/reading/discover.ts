import { existsSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { UmbraError } from '@umbracore/contracts';

const names = ['umbra.yaml', 'umbra.yml', 'umbra.json', 'umbra.toml', 'umbra.config.ts', 'umbra.config.js'];

export interface DiscoverOptions {
  /** The file that the caller named, as with `--config`. */
  readonly path?: string | undefined;
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly home: string;
  /** True for root and system services: they never read a file that merely lies in the current folder. */
  readonly systemScope: boolean;
}

export interface Discovery {
  /** Absolute; undefined if there is none. */
  readonly file: string | undefined;
  /** Files that would have been read if `file` were not there, strongest first. */
  readonly hidden: readonly string[];
  /** Every place looked at, strongest first. */
  readonly searched: readonly string[];
  /** A file in the current folder that the system scope does not read. */
  readonly passedOver: string | undefined;
}

/** At once: a dozen looks take less time than what it takes to wait for one. */
function isFile(file: string): boolean {
  try {
    return statSync(file, { throwIfNoEntry: false })?.isFile() ?? false;
  } catch {
    return false;
  }
}

function userFolder({ env, home }: DiscoverOptions): string {
  if (env['XDG_CONFIG_HOME']) return join(env['XDG_CONFIG_HOME'], 'umbra');
  if (process.platform === 'darwin') return join(home, 'Library', 'Application Support', 'umbra');
  if (process.platform === 'win32') return join(env['APPDATA'] ?? join(home, 'AppData', 'Roaming'), 'umbra');
  return join(home, '.config', 'umbra');
}

const systemFolder = ({ env }: DiscoverOptions): string =>
  process.platform === 'win32' ? join(env['ProgramData'] ?? 'C:\\ProgramData', 'umbra') : '/etc/umbra';

const inside = (folder: string): readonly string[] => names.map((name) => join(folder, name));

/** The files that somebody named, strongest first. */
const namedIn = ({ path, cwd, env }: DiscoverOptions): readonly string[] =>
  [path, env['UMBRA_CONFIG']]
    .filter((file) => file !== undefined && file !== '')
    .map((file) => resolve(cwd, String(file)));

/** Every place that is looked at where nobody named one, strongest first. */
function* unnamedIn(options: DiscoverOptions): Generator<string> {
  const { cwd, systemScope } = options;
  if (!systemScope) yield* inside(cwd);
  for (const folder of [userFolder(options), systemFolder(options)]) {
    for (const file of inside(folder)) {
      // Code that runs as root must have been named by root.
      if (!systemScope || !/\.[jt]s$/.test(file)) yield file;
    }
  }
}

/** The file that `discoverConfiguration` finds, with as few looks as that takes; undefined if there is none. */
export function configurationFile(options: DiscoverOptions): string | undefined {
  const [wanted] = namedIn(options);
  if (wanted !== undefined) return isFile(wanted) ? wanted : undefined;
  for (const file of unnamedIn(options)) if (isFile(file)) return file;
  return undefined;
}

/**
 * Finds the configuration: the named file, `UMBRA_CONFIG`, the current folder, the user's folder, the system's folder.
 * Throws `config.absent` if a file that was named is not there, and `config.unreadable` if it is none; finding none at all is an answer.
 */
export async function discoverConfiguration(options: DiscoverOptions): Promise<Discovery> {
  const { path, cwd, systemScope } = options;
  const named = namedIn(options);
  const searched = [...named, ...unnamedIn(options)];
  const there = existing(searched);
  const [wanted] = named;
  if (wanted !== undefined && !there.includes(wanted)) throw absent(wanted, path === undefined || path === '');
  const [passedOver] = systemScope ? existing(inside(cwd)) : [];
  const [file, ...hidden] = there;
  return {
    file,
    hidden,
    searched,
    passedOver: passedOver !== undefined && !there.includes(passedOver) ? passedOver : undefined,
  };
}

const existing = (files: readonly string[]): readonly string[] => [...new Set(files.filter(isFile))];

function absent(file: string, fromEnvironment: boolean): UmbraError {
  const by = fromEnvironment ? 'UMBRA_CONFIG' : '--config';
  // It is read again later, and its place is where it is edited and what relative paths start from.
  if (existsSync(file)) {
    return new UmbraError('config.unreadable', `${file}, which ${by} names, is no regular file`, {
      hint: `name a file with ${by}, neither a folder nor a pipe`,
      context: { file },
    });
  }
  return new UmbraError('config.absent', `there is no configuration file ${file}, which ${by} names`, {
    hint: `correct ${by}, or make the file with \`umbra init\``,
    context: { file },
  });
}

/** The error of a search that found nothing. */
export function nothingFound({ searched, passedOver }: Discovery): UmbraError {
  const message =
    passedOver === undefined
      ? 'no configuration was found'
      : `no configuration was found; ${passedOver} was passed over, because root does not read one from the current folder`;
  const hint =
    passedOver === undefined ? 'run `umbra init`, or name a file with --config' : `name it: --config ${passedOver}`;
  return new UmbraError('config.absent', message, { hint, context: { searched, passedOver } });
}
