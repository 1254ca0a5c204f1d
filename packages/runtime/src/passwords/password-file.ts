import { type Configuration, type RepositoryDefinition, UmbraError } from '@umbracore/contracts';

/** The file of a repository's password, if it may be written: it is a file, and nobody else's. Throws `secret.unavailable`. */
export function passwordFileOf(
  { name, password }: RepositoryDefinition,
  { repositories }: Pick<Configuration, 'repositories'>,
): string {
  if (password?.scheme !== 'file' || typeof password.target !== 'string') {
    const from = password === undefined ? 'no place that is named' : `${password.scheme}:`;
    throw new UmbraError('secret.unavailable', `The password of ${name} comes from ${from}, which umbra cannot write`, {
      hint: `Add the new one with \`umbra repo password add ${name} --from FILE\`, put it where the old one is, then remove the old one.`,
    });
  }
  const file = password.target;
  const other = [...repositories.values()].find((one) => one.name !== name && usesFile(one, file));
  if (other === undefined) return file;
  throw new UmbraError('secret.unavailable', `The password of ${name} is also that of ${other.name}: ${file}`, {
    hint: 'Give each repository a password file of its own first.',
  });
}

const usesFile = ({ password, env }: RepositoryDefinition, file: string): boolean =>
  [password, ...Object.values(env)].some((reference) => reference?.scheme === 'file' && reference.target === file);
