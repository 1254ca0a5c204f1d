import { constants } from 'node:fs';
import { access, stat } from 'node:fs/promises';
import { delimiter, isAbsolute, join } from 'node:path';
import { UmbraError } from '@umbracore/contracts';

/**
 * The absolute path of borg: `UMBRA_BORG` if set, else the first one in the absolute folders of `PATH`.
 * Throws `engine.absent`.
 */
export async function findBorg(env: Readonly<Record<string, string | undefined>>): Promise<string> {
  const named = env['UMBRA_BORG'];
  if (named !== undefined && named !== '') {
    if (isAbsolute(named) && (await isProgram(named))) return named;
    throw new UmbraError('engine.absent', `UMBRA_BORG names ${named}, which is not the absolute path of a program`, {
      hint: 'Set UMBRA_BORG to the absolute path of borg, or unset it.',
    });
  }
  // A relative folder in PATH would run whatever lies in the folder we happen to be in.
  for (const folder of (env['PATH'] ?? '').split(delimiter).filter(isAbsolute)) {
    const program = join(folder, 'borg');
    if (await isProgram(program)) return program;
  }
  throw new UmbraError('engine.absent', 'borg was not found in PATH', {
    hint: 'Install borgbackup, or set UMBRA_BORG to the absolute path of borg.',
  });
}

async function isProgram(path: string): Promise<boolean> {
  try {
    await access(path, constants.X_OK);
    return (await stat(path)).isFile();
  } catch {
    return false;
  }
}
