import { isUmbraError, UmbraError, type Secret } from '@umbracore/contracts';
import type { SealingKey } from '../crypto/sealing-key.ts';
import { masterKey, parseKeyFile, unlock } from '../documents/key-file.ts';
import { checkName } from '../documents/hashed-name.ts';
import { damaged, nameOf, throwIfAborted } from '../problems.ts';
import type { RepositoryFolder } from '../storage/folder.ts';

/** What opens a repository. */
export type Credential =
  | {
      readonly password: Secret;
      /** Id of the key to try first, or its beginning: each wrong key costs half a second. */
      readonly keyHint?: string | undefined;
    }
  | {
      /** The master key itself, as `restic cat masterkey` prints it. */
      readonly masterKey: Secret;
    }
  | {
      /** From an earlier `ResticRepository.copyKey`. It is copied again. */
      readonly key: SealingKey;
    };

export interface OpenedKey {
  readonly key: SealingKey;
  /** Id of the key file; undefined if the master key was given. */
  readonly id: string | undefined;
}

/** As many as restic tries. */
const mostKeys = 20;

/** Finds the key that the password opens. A damaged one is named only if no other opens. */
export async function openKey(
  folder: RepositoryFolder,
  credential: Credential,
  signal: AbortSignal | undefined,
): Promise<OpenedKey> {
  if ('masterKey' in credential) return { id: undefined, key: given(credential.masterKey) };
  if ('key' in credential) return { id: undefined, key: credential.key.copy() };
  let problem: UmbraError | undefined;
  for (const id of await candidates(folder, credential.keyHint)) {
    throwIfAborted(signal);
    try {
      const key = await tryKey(folder, id, credential.password);
      if (key !== undefined) return { id, key };
    } catch (error) {
      if (!isUmbraError(error)) throw error;
      problem ??= error;
    }
  }
  throw problem ?? wrongPassword(folder.path);
}

function given(secret: Secret): SealingKey {
  const json = Buffer.from(secret.reveal(), 'utf8');
  try {
    return masterKey('master key', json);
  } finally {
    json.fill(0);
  }
}

async function candidates(folder: RepositoryFolder, hint: string | undefined): Promise<readonly string[]> {
  const ids = await folder.list('key');
  if (ids === undefined || ids.length === 0) throw noKeys(folder.path);
  const hinted = hint === undefined || hint === '' ? [] : ids.filter((id) => id.startsWith(hint));
  return [...new Set([...hinted, ...ids])].slice(0, mostKeys);
}

function noKeys(path: string): UmbraError {
  return damaged(`repository in ${path}`, 'has no keys', { path });
}

async function tryKey(folder: RepositoryFolder, id: string, password: Secret): Promise<SealingKey | undefined> {
  const what = nameOf('key', id);
  const bytes = await folder.read('key', id);
  // Removed since it was listed.
  if (bytes === undefined) return undefined;
  checkName(what, id, bytes);
  return await unlock(what, parseKeyFile(what, bytes), password.reveal());
}

const wrongPassword = (path: string): UmbraError =>
  new UmbraError('repository.wrong-password', `The repository in ${path} does not open with this password`, {
    hint: 'Check the password of the repository.',
    context: { path },
  });
