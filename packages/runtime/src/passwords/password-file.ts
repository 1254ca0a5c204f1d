import { type Configuration, type RepositoryDefinition, type SecretReference, UmbraError } from '@umbracore/contracts';

/** The file of a repository's password, if it may be written: it is a file, and nobody else's. Throws `secret.unavailable`. */
export function passwordFileOf(
  { name, password }: RepositoryDefinition,
  { repositories }: Pick<Configuration, 'repositories'>,
): string {
  if (password?.scheme !== 'file' || typeof password.target !== 'string') {
    const from = password === undefined ? 'no place that is named' : `${password.scheme}:`;
    throw new UmbraError(
      'secret.unavailable',
      `The password of ${name} comes from ${from}, and only one in a file is replaced`,
      {
        hint: `Add the new one with \`umbra repo password add ${name} --from FILE\`, ${placing(password)}, then remove the old one.`,
      },
    );
  }
  const file = password.target;
  const other = [...repositories.values()].find((one) => one.name !== name && usesFile(one, file));
  if (other === undefined) return file;
  throw new UmbraError('secret.unavailable', `The password of ${name} is also that of ${other.name}: ${file}`, {
    hint: 'Give each repository a password file of its own first.',
  });
}

const placing = (password: SecretReference | undefined): string =>
  password?.scheme === 'store' && typeof password.target === 'string'
    ? `put it where the old one is with \`umbra secret set ${password.target} --replace < FILE\``
    : 'put it where the old one is';

const usesFile = ({ password, env }: RepositoryDefinition, file: string): boolean =>
  [password, ...Object.values(env)].some((reference) => reference?.scheme === 'file' && reference.target === file);
