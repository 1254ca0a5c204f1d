import { createHash } from 'node:crypto';
import { access, constants, readdir, readFile, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import type { Location } from './location.ts';

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

/** False also where nothing can be told. */
export async function lacksSnapshot(path: string, id: string): Promise<boolean> {
  if ((await hasConfig(path)) !== true) return false;
  for (const folder of ['snapshots', 'snapshot']) {
    try {
      await access(join(path, folder, id));
      return false;
    } catch (error) {
      if (!isAbsent(error)) return false;
    }
  }
  return true;
}

/** Full ids of the snapshots whose id starts so. */
export const snapshotsLike = async (path: string, prefix: string): Promise<readonly string[]> =>
  (await namesIn(path, ['snapshots', 'snapshot'])).filter((name) => name.startsWith(prefix));

export const lockNames = (path: string): Promise<readonly string[]> => namesIn(path, ['locks', 'lock']);

/**
 * Why a repository takes no lock: its disk is mounted read-only, where restic would try for many minutes in silence, or this user may not
 * write. Whatever else is wrong is for restic to tell.
 */
export async function lockHindrance(location: Location): Promise<'read-only' | 'forbidden' | undefined> {
  if (location.kind !== 'local') return undefined;
  try {
    await access(join(location.path, 'locks'), constants.W_OK);
    return undefined;
  } catch (error) {
    const code = codeOf(error);
    if (code === 'EROFS') return 'read-only';
    return code === 'EACCES' || code === 'EPERM' ? 'forbidden' : undefined;
  }
}

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
  const code = codeOf(error);
  return code === 'ENOENT' || code === 'ENOTDIR';
}

const codeOf = (error: unknown): string | undefined =>
  error instanceof Error && 'code' in error ? String(error.code) : undefined;
