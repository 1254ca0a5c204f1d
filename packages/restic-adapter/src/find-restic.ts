import { constants } from 'node:fs';
import { access, stat } from 'node:fs/promises';
import { delimiter, isAbsolute, join } from 'node:path';
import { UmbraError } from '@umbracore/contracts';

/**
 * The absolute path of restic: `UMBRA_RESTIC` if set, else the first one in the absolute folders of `PATH`.
 * Throws `engine.absent`.
 */
export async function findRestic(env: Readonly<Record<string, string | undefined>>): Promise<string> {
  const named = env['UMBRA_RESTIC'];
  if (named !== undefined && named !== '') {
    if (isAbsolute(named) && (await isProgram(named))) return named;
    throw new UmbraError('engine.absent', `UMBRA_RESTIC names ${named}, which is not the absolute path of a program`, {
      hint: 'Set UMBRA_RESTIC to the absolute path of restic, or unset it.',
    });
  }
  // A relative folder in PATH would run whatever lies in the folder we happen to be in.
  for (const folder of (env['PATH'] ?? '').split(delimiter).filter(isAbsolute)) {
    const program = join(folder, 'restic');
    if (await isProgram(program)) return program;
  }
  throw new UmbraError('engine.absent', 'restic was not found in PATH', {
    hint: 'Install restic, or set UMBRA_RESTIC to its absolute path.',
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
