import { type Secret, UmbraError } from '@umbracore/contracts';
import { randomBytes } from 'node:crypto';
import { link, mkdir, open, unlink } from 'node:fs/promises';
import { dirname } from 'node:path';
import { systemCode } from './secret-text.ts';

/** A password of so many random bytes in characters that need no quoting anywhere. Default 32 bytes, 43 characters. */
export function generatePassword(bytes = 32): string {
  return randomBytes(bytes).toString('base64url');
}

/**
 * Writes a secret and a line break to a new file of mode 0600; folders that are missing get mode 0700. After a crash the
 * file is either whole or absent. Throws `usage.invalid` if there is a file already: it may be the only copy of a key.
 */
export async function writeSecretFile(path: string, secret: Secret): Promise<void> {
  const folder = dirname(path);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const draft = `${path}.${randomBytes(6).toString('hex')}.new`;
  try {
    await writeDurably(draft, `${secret.reveal()}\n`);
    // A link, unlike a rename, fails if the name is taken.
    await link(draft, path);
    await syncFolder(folder);
  } catch (error) {
    throw systemCode(error) === 'EEXIST' ? alreadyThere(path) : error;
  } finally {
    await unlink(draft).catch(() => {});
  }
}

function alreadyThere(path: string): UmbraError {
  return new UmbraError('usage.invalid', `${path} exists already and may hold a secret in use`, {
    hint: 'Choose another path, or use the secret that is there.',
    context: { path },
  });
}

async function writeDurably(path: string, text: string): Promise<void> {
  await using file = await open(path, 'wx', 0o600);
  await file.writeFile(text);
  await file.sync();
}

async function syncFolder(folder: string): Promise<void> {
  await using handle = await open(folder, 'r');
  await handle.sync();
}
