import { createHash } from 'node:crypto';
import { access, readdir, readFile, unlink } from 'node:fs/promises';
import { join } from 'node:path';

/** What can be known of a repository on this machine from its files alone, without key and without a process. */

/** Undefined if it cannot be told, for instance for lack of rights. */
export async function hasConfig(path: string): Promise<boolean | undefined> {
  try {
    await access(join(path, 'config'));
    return true;
  } catch (error) {
    return isAbsent(error) ? false : undefined;
  }
}

/** A snapshot is stored under the SHA-256 of its content: a file that answers to its name is whole. */
export async function holdsSnapshot(path: string, id: string): Promise<boolean> {
  for (const folder of ['snapshots', 'snapshot']) {
    try {
      const content = await readFile(join(path, folder, id));
      return createHash('sha256').update(content).digest('hex') === id;
    } catch (error) {
      if (!isAbsent(error)) throw error;
    }
  }
  return false;
}

/** Full ids of the snapshots whose id starts so. */
export const snapshotsLike = async (path: string, prefix: string): Promise<readonly string[]> =>
  (await namesIn(path, ['snapshots', 'snapshot'])).filter((name) => name.startsWith(prefix));

export const lockNames = (path: string): Promise<readonly string[]> => namesIn(path, ['locks', 'lock']);

/** A lock's name is the hash of its content, and a refreshed lock is a new file: the name alone tells which lock it is. */
export async function removeLockFile(path: string, id: string): Promise<void> {
  for (const folder of ['locks', 'lock']) {
    try {
      await unlink(join(path, folder, id));
    } catch (error) {
      if (!isAbsent(error)) throw error;
    }
  }
}

/** The second name is that of the old S3 layout, which restic still opens. */
async function namesIn(path: string, folders: readonly string[]): Promise<readonly string[]> {
  for (const folder of folders) {
    try {
      return (await readdir(join(path, folder))).filter((name) => /^[0-9a-f]{64}$/.test(name));
    } catch (error) {
      if (!isAbsent(error)) throw error;
    }
  }
  return [];
}

function isAbsent(error: unknown): boolean {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return code === 'ENOENT' || code === 'ENOTDIR';
}
