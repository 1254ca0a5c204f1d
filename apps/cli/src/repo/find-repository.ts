import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { UmbraError } from '@umbracore/contracts';

/** What restic takes for a kind of storage that is not a folder of this machine. */
const remote = /^(?:sftp|rest|s3|gs|azure|swift|b2|rclone):\S/;

/** A word that can be no name of a repository: an address, or a path. */
export const isLocation = (word: string): boolean => remote.test(word) || /[/\\]|^[.~]/.test(word);

export const isRemote = (location: string): boolean => remote.test(location);

/** The files that every restic repository has. */
const isRepository = (folder: string): boolean =>
  existsSync(join(folder, 'config')) &&
  ['keys', 'snapshots', 'index', 'data'].every((name) => isFolder(join(folder, name)));

const isFolder = (path: string): boolean => statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;

/** The repository in a folder, or in the one folder in it that is one. Throws `repository.absent`, or `usage.invalid` if there are several. */
export function findRepository(folder: string): string {
  if (isRepository(folder)) return folder;
  const inside = (isFolder(folder) ? readdirSync(folder) : []).map((name) => join(folder, name)).filter(isRepository);
  const [only, other] = inside;
  if (only === undefined) {
    throw new UmbraError('repository.absent', `there is no restic repository in ${folder}`, {
      hint: 'Mount its disk, or correct the path.',
    });
  }
  if (other === undefined) return only;
  throw new UmbraError('usage.invalid', `there are several repositories in ${folder}`, {
    hint: `Name one of them: ${inside.join(', ')}.`,
  });
}
