import { existsSync } from 'node:fs';
import { userInfo } from 'node:os';
import { isAbsolute, join } from 'node:path';
import { UmbraError, type Configuration } from '@umbracore/contracts';
import { defaultSocketDir } from '../doors/privileged.ts';
import type { UnitFormat, UnitRole, UnitSpec } from '../doors/units.ts';
import { runtimePaths } from '../doors/configuration.ts';
import type { Session } from '../session.ts';
import { thisProgram } from './this-program.ts';

export interface UnitFlags {
  readonly user?: boolean;
  readonly system?: boolean;
  readonly format?: UnitFormat;
  readonly readAll?: boolean;
  readonly dryRun?: boolean;
}

/** What is to be started by the system: this program, with what it reads and writes now. Throws `usage.invalid`. */
export function unitSpec(
  session: Session,
  configuration: UnitConfiguration,
  role: UnitRole,
  flags: UnitFlags,
): UnitSpec {
  const { env, home } = session;
  const uid = process.getuid?.() ?? 0;
  const scope = scopeOf(flags);
  const { stateDir, cacheDir } = scope === 'system' ? systemFolders(env) : runtimePaths({ env, home });
  return {
    role,
    scope,
    program: thisProgram(),
    env: {
      ...(configuration.file === undefined ? {} : { UMBRA_CONFIG: configuration.file }),
      ...chosen(env, scope === 'system' ? forBoth : [...forBoth, ...forUsers]),
      ...(scope === 'system' ? { UMBRA_STATE_DIR: stateDir, UMBRA_CACHE_DIR: cacheDir } : {}),
    },
    home,
    uid,
    user: scope === 'system' ? 'umbra' : userName(uid),
    stateDir,
    cacheDir,
    writable: [
      ...[...configuration.repositories.values()].map(({ location }) => location).filter(isAbsolute),
      // To show the privileged program who it is, the daemon makes a file there.
      ...(hasPrivilegedJob(configuration) ? [env['UMBRA_HELPER_DIR'] || defaultSocketDir] : []),
    ],
    readAll: flags.readAll === true,
    throttles: [...configuration.jobs.values()].some(({ throttle }) => throttle !== undefined),
  };
}

/** A crontab takes names only; who has none there is known by a number. */
function userName(uid: number): string {
  try {
    return userInfo().username;
  } catch {
    return String(uid);
  }
}

/** What of a configuration is in the units. */
export type UnitConfiguration = Pick<Configuration, 'file' | 'repositories' | 'jobs'>;

const hasPrivilegedJob = ({ jobs }: UnitConfiguration): boolean =>
  [...jobs.values()].some((job) => job.kind === 'backup' && job.privileged === true);

/** Whose the service is. Throws `usage.invalid`. */
export function scopeOf({ user, system }: UnitFlags, uid = process.getuid?.() ?? 0): UnitSpec['scope'] {
  if (user === true && system === true)
    throw new UmbraError('usage.invalid', '--user and --system exclude each other', { hint: 'Give one of them.' });
  if (system === true && uid !== 0)
    throw new UmbraError('usage.invalid', '--system needs root', { hint: 'Run it with sudo, or use --user.' });
  return system === true || (user !== true && uid === 0) ? 'system' : 'user';
}

type Environment = Session['env'];

const systemFolders = (env: Environment) => ({
  stateDir: env['UMBRA_STATE_DIR'] || '/var/lib/umbra',
  cacheDir: env['UMBRA_CACHE_DIR'] || '/var/cache/umbra',
});

/** What decides the programs of a daemon and what it reads, as this call has it: a service manager knows little of it. */
const forBoth = ['UMBRA_RESTIC', 'UMBRA_BORG', 'UMBRA_NATIVE', 'UMBRA_HELPER_DIR', 'UMBRA_SECRET_PASSPHRASE_FILE'];

/** The system has a PATH and folders of its own. */
const forUsers = ['PATH', 'UMBRA_STATE_DIR', 'UMBRA_CACHE_DIR', 'XDG_STATE_HOME', 'XDG_CACHE_HOME'];

const chosen = (env: Environment, names: readonly string[]): Readonly<Record<string, string>> =>
  Object.fromEntries(
    names.flatMap((name) => {
      const value = env[name];
      return value === undefined || value === '' ? [] : [[name, value]];
    }),
  );

/** The form for this system, unless one was asked for. */
export function unitFormat(asked: UnitFormat | undefined): UnitFormat {
  if (asked !== undefined) return asked;
  if (process.platform === 'darwin') return 'launchd';
  if (process.platform === 'win32') return 'task-scheduler';
  return !existsSync('/run/systemd/system') && existsSync(join('/sbin', 'openrc-run')) ? 'openrc' : 'systemd';
}
