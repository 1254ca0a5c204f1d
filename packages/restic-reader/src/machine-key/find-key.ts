import { isUmbraError, type Secret } from '@umbracore/contracts';
import { parseKeyFile, unlock, type KeyFile } from '../documents/key-file.ts';
import { checkName } from '../documents/hashed-name.ts';
import { nameOf } from '../problems.ts';
import { RepositoryFolder } from '../storage/folder.ts';
import { leastCost } from './key-document.ts';

/**
 * Id of the key that a machine's secret opens; undefined if there is none. Only keys that cost nothing are tried, so this takes
 * no time, whatever else is there.
 */
async function findKey(folder: RepositoryFolder, secret: Secret): Promise<string | undefined> {
  for (const id of (await folder.list('key')) ?? []) {
    const file = await cheapKey(folder, id);
    const key = file === undefined ? undefined : await unlock(nameOf('key', id), file, secret.reveal());
    key?.wipe();
    if (key !== undefined) return id;
  }
  return undefined;
}

export async function findKeyIn(repository: string, secret: Secret): Promise<string | undefined> {
  await using folder = new RepositoryFolder(repository);
  return await findKey(folder, secret);
}

/** Undefined for one of another cost, one that is damaged, and one that was removed meanwhile. */
async function cheapKey(folder: RepositoryFolder, id: string): Promise<KeyFile | undefined> {
  const what = nameOf('key', id);
  try {
    const bytes = await folder.read('key', id);
    if (bytes === undefined) return undefined;
    checkName(what, id, bytes);
    const file = parseKeyFile(what, bytes);
    const { N, r, p } = file.cost;
    return N === leastCost.N && r === leastCost.r && p === leastCost.p ? file : undefined;
  } catch (error) {
    if (isUmbraError(error)) return undefined;
    throw error;
  }
}
