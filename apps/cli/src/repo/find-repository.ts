import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { UmbraError } from '@umbracore/contracts';

/** What an engine takes for a kind of storage that is not a folder of this machine. `ssh` is borg's alone. */
const remote = /^(?:sftp|rest|s3|gs|azure|swift|b2|rclone|ssh):\S/;

/** A word that can be no name of a repository: an address, or a path. */
export const isLocation = (word: string): boolean => remote.test(word) || /[/\\]|^[.~]/.test(word);

export const isRemote = (location: string): boolean => remote.test(location);

/** The engine that a repository is of, where it can be told from its address and its files. */
export const backendAt = (location: string): 'borg' | 'restic' =>
  location.startsWith('ssh:') || isOfBorg(location) ? 'borg' : 'restic';

const isRepository = (folder: string): boolean => isOfRestic(folder) || isOfBorg(folder);

/** The files that every restic repository has. */
const isOfRestic = (folder: string): boolean =>
  existsSync(join(folder, 'config')) &&
  ['keys', 'snapshots', 'index', 'data'].every((name) => isFolder(join(folder, name)));

/** That of restic is encrypted; borg's says what it is. */
const isOfBorg = (folder: string): boolean =>
  isFolder(join(folder, 'data')) && beginsWith(join(folder, 'config'), '[repository]');

function beginsWith(file: string, text: string): boolean {
  try {
    return readFileSync(file, 'utf8').startsWith(text);
  } catch {
    return false;
  }
}

const isFolder = (path: string): boolean => statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;

/** The repository in a folder, or in the one folder in it that is one. Throws `repository.absent`, or `usage.invalid` if there are several. */
export function findRepository(folder: string): string {
  if (isRepository(folder)) return folder;
  const inside = (isFolder(folder) ? readdirSync(folder) : []).map((name) => join(folder, name)).filter(isRepository);
  const [only, other] = inside;
  if (only === undefined) {
    throw new UmbraError('repository.absent', `there is no repository in ${folder}`, {
      hint: 'Mount its disk, or correct the path.',
    });
  }
  if (other === undefined) return only;
  throw new UmbraError('usage.invalid', `there are several repositories in ${folder}`, {
    hint: `Name one of them: ${inside.join(', ')}.`,
  });
}
