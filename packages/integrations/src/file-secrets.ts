import { type Secret, type SecretProvider, UmbraError } from '@umbracore/contracts';
import { constants, type Stats } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { isAbsolute } from 'node:path';
import { maxSecretBytes, systemCode, toSecret, unavailable } from './secret-text.ts';

/**
 * Finds `file:PATH`: the content of a regular file that nobody else may read. The owner has to be the user we run as, or
 * root. One trailing line break is dropped.
 */
export function fileSecrets(): SecretProvider {
  return {
    scheme: 'file',
    async resolve({ target }) {
      if (typeof target !== 'string' || !isAbsolute(target)) {
        throw unavailable('file:', 'it needs one absolute path', 'Write file:/absolute/path.');
      }
      return await readSecret(target);
    },
  };
}

/** What a mode must not allow to others than the owner. */
const forbidden = 0o077;

/** The secret in a file that nobody else may read. */
export async function readSecret(path: string, forbiddenBits = forbidden): Promise<Secret> {
  const reference = `file:${path}`;
  // Everything is asked of the descriptor: the file behind the path may be another one a moment later.
  await using file = await openFile(path, reference);
  const facts = await file.stat();
  refuseOpenFile(facts, path, forbiddenBits);
  const { buffer, bytesRead } = await file.read(Buffer.alloc(maxSecretBytes + 1), 0, maxSecretBytes + 1, 0);
  if (bytesRead > maxSecretBytes) {
    throw unavailable(reference, 'it is too long to be a secret', `Name the file that holds the secret alone.`);
  }
  return toSecret(buffer.toString('utf8', 0, bytesRead), reference, `Write the secret into ${path}.`);
}

async function openFile(path: string, reference: string): Promise<FileHandle> {
  try {
    // Without O_NONBLOCK opening a pipe would wait for its writer.
    return await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
  } catch (error) {
    const code = systemCode(error);
    if (code === 'ENOENT') throw unavailable(reference, 'there is no such file', `Create ${path} with mode 0600.`);
    if (code === 'EMFILE' || code === 'ENFILE') {
      throw new UmbraError('engine.resources', `${reference} cannot be read: too many open files`, {
        hint: 'Raise the limit (`ulimit -n`, or `LimitNOFILE=` of the unit), or let less run at once.',
      });
    }
    throw unavailable(reference, `it cannot be opened (${code})`, `Make ${path} readable for the user umbra runs as.`);
  }
}

function refuseOpenFile(facts: Stats, path: string, forbiddenBits: number): void {
  const reference = `file:${path}`;
  if (!facts.isFile()) throw unavailable(reference, 'it is not a regular file', 'Name a file that holds the secret.');
  const us = process.geteuid?.();
  if (us !== undefined && facts.uid !== us && facts.uid !== 0) {
    throw unavailable(reference, `it belongs to user ${facts.uid}`, `Run chown ${us} ${path}`);
  }
  if (process.platform !== 'win32' && (facts.mode & forbiddenBits) !== 0) {
    const mode = (facts.mode & 0o777).toString(8).padStart(4, '0');
    throw unavailable(reference, `others may read or change it (mode ${mode})`, `Run chmod 600 ${path}`);
  }
}
