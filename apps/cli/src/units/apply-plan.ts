import { execFile } from 'node:child_process';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { promisify } from 'node:util';
import { UmbraError } from '@umbracore/contracts';
import { isOurs, type UnitFile, type UnitMade, type UnitPlan } from '../doors/units.ts';

/**
 * Writes the files and puts them into force: all of it, or nothing. Throws `usage.invalid` if a file is in the way that is not
 * ours, `daemon.refused` if the system does not want it; what was written is then removed again.
 */
export async function install({ files, enable, disable, makes = [] }: UnitPlan): Promise<void> {
  for (const file of files) await refuseForeign(file);
  const fresh = await absent(makes);
  try {
    for (const file of files) await write(file);
    for (const command of enable) await run(command);
  } catch (error) {
    await remove({ files, disable });
    // What never came to be refuses to go.
    for (const { undo } of fresh) for (const command of undo) await run(command).catch(() => {});
    throw error;
  }
}

async function absent(makes: readonly UnitMade[]): Promise<readonly UnitMade[]> {
  const there = await Promise.all(
    makes.map((made) =>
      run(made.there).then(
        () => true,
        () => false,
      ),
    ),
  );
  return makes.filter((_made, index) => there[index] === false);
}

/** Takes out of force and removes what `install` made; files of others stay. Gives the paths that were removed. */
export async function remove({ files, disable }: Pick<UnitPlan, 'files' | 'disable'>): Promise<readonly string[]> {
  const ours: string[] = [];
  for (const { path } of files) if (isOurs((await textOf(path)) ?? '')) ours.push(path);
  if (ours.length === 0) return [];
  // What is out of force already, or never was in force, refuses: there is nothing more to do about it.
  for (const command of disable) await run(command).catch(() => {});
  for (const path of ours) await rm(path, { force: true });
  return ours;
}

/** True if `install` was here. */
export async function isInstalled({ files }: Pick<UnitPlan, 'files'>): Promise<boolean> {
  const [first] = files;
  return first !== undefined && isOurs((await textOf(first.path)) ?? '');
}

async function refuseForeign({ path }: UnitFile): Promise<void> {
  const text = await textOf(path);
  if (text === undefined || isOurs(text)) return;
  throw new UmbraError('usage.invalid', `${path} is there already and was not made by umbra`, {
    hint: 'Look at it, and move it away if nothing needs it.',
  });
}

async function textOf(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch {
    return undefined;
  }
}

async function write({ path, text }: UnitFile): Promise<void> {
  const temporary = `${path}.new`;
  try {
    await mkdir(dirname(path), { recursive: true });
    await writeFile(temporary, text, { mode: 0o644 });
    await rename(temporary, path);
  } catch (cause) {
    await rm(temporary, { force: true });
    throw new UmbraError('daemon.refused', `${path} could not be written`, {
      hint: 'Check who owns the folder, or use --user.',
      cause,
    });
  }
}

const patienceMs = 60_000;

/** Commands of the system itself, with words of ours only; no shell. */
export async function run([program = '', ...args]: readonly string[], timeout = patienceMs): Promise<void> {
  try {
    await promisify(execFile)(program, args, { timeout });
  } catch (cause) {
    throw new UmbraError('daemon.refused', `\`${[program, ...args].join(' ')}\` failed: ${lastWords(cause)}`, {
      hint: 'See what is to be done by --dry-run, or --print of umbra helper install, and do it by hand where the system differs.',
      cause,
    });
  }
}

function lastWords(cause: unknown): string {
  const { stderr, message, killed } = cause as Readonly<Partial<Record<'stderr' | 'message' | 'killed', unknown>>>;
  if (killed === true) return 'it took too long';
  const said = typeof stderr === 'string' && stderr.trim() !== '' ? stderr : String(message);
  return said.trim().split('\n').at(-1) ?? said;
}
