import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Secret, type RepositoryDefinition } from '@umbracore/contracts';
import { generatePassword, runtimePaths, writeSecretFile } from '../doors/configuration.ts';
import type { Session } from '../session.ts';

/** 64 letters. */
const passwordBytes = 48;

/** Where the password of a repository is if the configuration names no other place. */
export const ownPasswordFile = (session: Session, repository: string): string =>
  join(runtimePaths(session.place()).secretDir, `${repository}.password`);

/** Makes a random password, mode 0600. Throws if there is one: another repository may depend on it. */
export const makePassword = (file: string): Promise<void> =>
  writeSecretFile(file, new Secret(generatePassword(passwordBytes)));

/**
 * Does `create` with the repository's own password, which is made first if there is none, and taken away again if nothing
 * was created with it. Resolves to the file if it was made.
 */
export async function withOwnPassword<T>(
  session: Session,
  { name, password }: RepositoryDefinition,
  create: () => Promise<T>,
): Promise<{ readonly result: T; readonly passwordFile: string | undefined }> {
  const file = ownPasswordFile(session, name);
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
