import type { ExtensionIssue } from '@umbracore/config';
import { closest, issuePath, type Configuration, type RepositoryDefinition } from '@umbracore/contracts';
import { checkOptions } from './checked-options.ts';
import { refuseAny } from './refuse-any.ts';
import type { Extensions } from './register.ts';

type Known = Pick<Extensions, 'backends' | 'repositoryOptions' | 'secretSchemes'>;

/** Throws the report of repositories without a backend, of options that their backends refuse, and of secrets that nobody finds. */
export async function checkRepositories(configuration: Configuration, extensions: Known): Promise<void> {
  const issues: ExtensionIssue[] = [];
  for (const repository of configuration.repositories.values())
    issues.push(...secretIssues(repository, extensions), ...(await issuesOf(repository, extensions)));
  await refuseAny(configuration, issues);
}

async function issuesOf(
  { name, backend, options }: RepositoryDefinition,
  { backends, repositoryOptions }: Known,
): Promise<readonly ExtensionIssue[]> {
  const part = { section: 'repositories', key: name } as const;
  const known = backends.names();
  if (!known.includes(backend)) {
    const meant = closest(backend, known);
    const hint =
      meant === undefined
        ? `use one of: ${known.join(', ')}; or name its plug-in under "plugins"`
        : `did you mean "${meant}"?`;
    return [
      { part, path: ['backend'], code: 'config.unknown-reference', message: `there is no backend "${backend}"`, hint },
    ];
  }
  const { issues } = await checkOptions(repositoryOptions.get(backend), options);
  return issues.map((issue) => ({
    part,
    path: ['options', ...issuePath(issue)],
    code: 'config.invalid-value',
    message: `${backend}: ${issue.message}`,
    hint: `look up the options of ${backend} where its plug-in describes them`,
  }));
}

/** References whose scheme no plug-in answers for. */
function secretIssues(
  { name, password, env }: RepositoryDefinition,
  { secretSchemes }: Known,
): readonly ExtensionIssue[] {
  const references = [
    ...(password === undefined ? [] : [{ path: ['password'], scheme: password.scheme }]),
    ...Object.entries(env).map(([variable, { scheme }]) => ({ path: ['env', variable], scheme })),
  ];
  return references
    .filter(({ scheme }) => !secretSchemes.includes(scheme))
    .map(({ path, scheme }) => {
      const meant = closest(scheme, secretSchemes);
      return {
        part: { section: 'repositories', key: name },
        path,
        code: 'config.unknown-reference',
        message: `nobody finds secrets by "${scheme}"`,
        hint: meant === undefined ? `use one of: ${secretSchemes.join(', ')}` : `did you mean "${meant}"?`,
      };
    });
}
