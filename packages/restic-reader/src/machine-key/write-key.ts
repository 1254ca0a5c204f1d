import { randomBytes } from 'node:crypto';
import { open, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { errorCode } from '../problems.ts';
import { UmbraError } from '@umbracore/contracts';
import type { KeyDocument } from './key-document.ts';

/**
 * Puts a key file into a repository on this machine: the one thing that this package ever writes there. It is there whole or
 * not at all, and may be read by exactly those who may read the repository. No lock is needed: nothing but `restic key remove`
 * touches keys, and the master key of a repository never changes.
 */
export async function writeKey(repository: string, { id, text }: KeyDocument): Promise<void> {
  const folder = join(repository, 'keys');
  // As restic names its own drafts, which nobody takes for keys.
  const draft = join(folder, `${id}-tmp-${randomBytes(5).toString('hex')}`);
  try {
    await writeDraft(draft, text, await stat(join(repository, 'config')));
    await rename(draft, join(folder, id));
    await syncFolder(folder);
  } catch (error) {
    throw refused(repository, error);
  } finally {
    await rm(draft, { force: true });
  }
}

interface Rights {
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
}

async function writeDraft(draft: string, text: string, { mode, uid, gid }: Rights): Promise<void> {
  await using file = await open(draft, 'wx', 0o600);
  await file.writeFile(text);
  // restic gives up at a key that it may not read: what root puts there must be the owner's.
  if (process.getuid?.() === 0) await file.chown(uid, gid);
  await file.chmod(0o400 | (mode & 0o444));
  await file.sync();
}

async function syncFolder(folder: string): Promise<void> {
  await using handle = await open(folder, 'r');
  await handle.sync();
}

function refused(repository: string, cause: unknown): UmbraError {
  const code = errorCode(cause);
  const reason = `No key could be put into the repository in ${repository} (${code ?? 'unknown reason'})`;
  if (code === 'ENOSPC' || code === 'EDQUOT') {
    return new UmbraError('repository.full', reason, { hint: 'Free space on the storage.', cause });
  }
  return new UmbraError('repository.permission', reason, {
    hint: 'Run this as the user who owns the repository.',
    cause,
  });
}
