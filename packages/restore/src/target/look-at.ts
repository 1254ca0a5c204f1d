import { lstatSync, type PathLike, type Stats } from 'node:fs';
import { UmbraError } from '@umbracore/contracts';

/** What is at a path; links are not followed. Undefined also where a file is instead of one of the folders above. */
export function lookAtPath(path: PathLike): Stats | undefined {
  try {
    return lstatSync(path, { throwIfNoEntry: false });
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOTDIR') return undefined;
    throw new UmbraError('restore.target', `Cannot look at ${String(path)}: ${String(error)}`, {
      hint: 'Restore as a user who may, or into a new folder with --to.',
      cause: error,
    });
  }
}
