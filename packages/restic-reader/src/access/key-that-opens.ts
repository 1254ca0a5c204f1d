import type { Secret } from '@umbracore/contracts';
import { openKey } from '../reading/open-key.ts';
import { RepositoryFolder } from '../storage/folder.ts';

/** Id of the key that the password opens; undefined if there is only one, which needs no finding. */
export async function keyThatOpens(path: string, password: Secret): Promise<string | undefined> {
  await using folder = new RepositoryFolder(path);
  const [first, second] = (await folder.list('key')) ?? [];
  if (first === undefined || second === undefined) return undefined;
  const { key, id } = await openKey(folder, { password }, undefined);
  key.wipe();
  return id;
}
