import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { RepositoryDefinition } from '@umbracore/contracts';
import { writeSecretFile } from '@umbracore/integrations';
import { newPassword } from './keys.ts';

/** Where the password of a repository is if the configuration names no other place. */
export const ownPasswordFile = (secretDir: string, repository: string): string =>
  join(secretDir, `${repository}.password`);

/** Makes a random password, mode 0600. Throws if there is one: another repository may depend on it. */
export const makePassword = (file: string): Promise<void> => writeSecretFile(file, newPassword());

/**
 * Does `create` with the repository's own password, which is made first if there is none, and taken away again if nothing
 * was created with it. Resolves to the file if it was made.
 */
export async function withOwnPassword<T>(
  secretDir: string,
  { name, password }: RepositoryDefinition,
  create: () => Promise<T>,
): Promise<{ readonly result: T; readonly passwordFile: string | undefined }> {
  const file = ownPasswordFile(secretDir, name);
  const isOwn = password?.scheme === 'file' && password.target === file;
  if (!isOwn || existsSync(file)) return { result: await create(), passwordFile: undefined };
  await makePassword(file);
  try {
    return { result: await create(), passwordFile: file };
  } catch (error) {
    await rm(file, { force: true });
    throw error;
  }
}
