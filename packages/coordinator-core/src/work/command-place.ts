import { UmbraError } from '@umbracore/contracts';
import type { JobId, RunId } from '@umbracore/contracts';
import { access, constants, stat } from 'node:fs/promises';
import { delimiter, isAbsolute, join, resolve } from 'node:path';

type Env = Readonly<Record<string, string | undefined>>;

const usualPath = '/usr/local/bin:/usr/bin:/bin';

/** Everything a command finds in its environment beside what its job names: so little that it runs alike everywhere. */
export function environmentOf(
  env: Env,
  { job, run }: { readonly job: JobId; readonly run: RunId },
): Readonly<Record<string, string>> {
  return {
    HOME: homeOf(env),
    PATH: pathOf(env),
    LANG: env['LANG'] ?? 'C.UTF-8',
    UMBRA_JOB: job,
    UMBRA_RUN: run,
  };
}

/** Throws `command.failed` if the folder is not there. */
export async function folderOf(cwd: string | undefined, env: Env): Promise<string> {
  const folder = cwd ?? homeOf(env);
  if ((await stat(folder).catch(() => undefined))?.isDirectory() === true) return folder;
  throw new UmbraError('command.failed', `The working folder ${folder} is not there`, {
    hint: 'Make it, or mount what it is on, or correct `cwd` of the job.',
  });
}

/** The absolute path of a program. Throws `command.failed` if there is none that may be run. */
export async function findProgram(name: string, folder: string, env: Env): Promise<string> {
  const path = pathOf(env);
  const places = name.includes('/')
    ? [resolve(folder, name)]
    : path.split(delimiter).flatMap((place) => (isAbsolute(place) ? [join(place, name)] : []));
  for (const place of places) if (name !== '' && (await isProgram(place))) return place;
  const where = name.includes('/')
    ? `${places[0]} is no program that this user may run`
    : `There is no program ${JSON.stringify(name)} in ${env['PATH'] ? 'the folders of PATH' : path}`;
  throw new UmbraError('command.failed', where, {
    hint: 'Install it, make it executable, or write its absolute path.',
  });
}

const homeOf = (env: Env): string => env['HOME'] ?? '/';
const pathOf = (env: Env): string => env['PATH'] || usualPath;

async function isProgram(path: string): Promise<boolean> {
  try {
    await access(path, constants.X_OK);
    return (await stat(path)).isFile();
  } catch {
    return false;
  }
}
