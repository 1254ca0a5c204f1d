import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { isUmbraError, UmbraError } from '@umbracore/contracts';
import type { RepositoryDefinition, SecretReference, SecretResolver } from '@umbracore/contracts';
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

/** Whoever asks for such a password before there is one is told which command makes it. */
export const namingCreate = (secrets: SecretResolver, secretDir: string): SecretResolver => ({
  ...secrets,
  async resolve(reference, signal) {
    try {
      return await secrets.resolve(reference, signal);
    } catch (error) {
      const name = ownerOf(reference, secretDir);
      if (name === undefined || !isUmbraError(error) || error.code !== 'secret.unavailable') throw error;
      throw new UmbraError(error.code, error.message, {
        hint: `Make the repository with \`umbra repo create ${name}\`. If there is one, put its password there, with mode 0600.`,
        context: error.context,
        cause: error,
      });
    }
  },
});

/** The repository whose own password would be there, and is not. */
function ownerOf({ scheme, target }: SecretReference, secretDir: string): string | undefined {
  if (scheme !== 'file' || typeof target !== 'string' || existsSync(target)) return undefined;
  const name = basename(target, '.password');
  return target === ownPasswordFile(secretDir, name) ? name : undefined;
}
