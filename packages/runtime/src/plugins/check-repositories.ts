import type { ExtensionIssue, OnFault } from '@umbracore/config';
import { closest, issuePath, type Configuration, type RepositoryDefinition } from '@umbracore/contracts';
import { checkOptions } from './checked-options.ts';
import { refuseOrTell } from './refuse-or-tell.ts';
import type { Extensions } from './register.ts';

type Known = Pick<Extensions, 'backends' | 'repositoryOptions' | 'secretSchemes'>;

/**
 * Throws the report of repositories without a backend, of options that their backends refuse, and of secrets that nobody finds. Of
 * backends that could not say whether they take options `onFault` is told, if that is given.
 */
export async function checkRepositories(
  configuration: Configuration,
  extensions: Known,
  onFault?: OnFault,
): Promise<void> {
  const issues: ExtensionIssue[] = [];
  const faults: ExtensionIssue[] = [];
  for (const repository of configuration.repositories.values()) {
    issues.push(...secretIssues(repository, extensions), ...backendIssues(repository, extensions));
    const { issues: wrong, fault } = await optionsIssues(repository, extensions);
    issues.push(...wrong);
    faults.push(...fault);
  }
  await refuseOrTell(configuration, issues, faults, onFault);
}

function backendIssues({ name, backend }: RepositoryDefinition, { backends }: Known): readonly ExtensionIssue[] {
  const part = { section: 'repositories', key: name } as const;
  const known = backends.names();
  if (known.includes(backend)) return [];
  const meant = closest(backend, known);
  const hint =
    meant === undefined
      ? `use one of: ${known.join(', ')}; or name its plug-in under "plugins"`
      : `did you mean "${meant}"?`;
  return [
    { part, path: ['backend'], code: 'config.unknown-reference', message: `there is no backend "${backend}"`, hint },
  ];
}

async function optionsIssues(
  { name, backend, options }: RepositoryDefinition,
  { repositoryOptions }: Known,
): Promise<Record<'issues' | 'fault', readonly ExtensionIssue[]>> {
  const part = { section: 'repositories', key: name } as const;
  const { issues, fault } = await checkOptions(repositoryOptions.get(backend), options, backend);
  return {
    issues: issues.map((issue) => ({
      part,
      path: ['options', ...issuePath(issue)],
      code: 'config.invalid-value',
      message: `${backend}: ${issue.message}`,
      hint: `look up the options of ${backend} where its plug-in describes them`,
    })),
    fault:
      fault === undefined
        ? []
        : [{ part, path: ['backend'], code: fault.code, message: fault.message, hint: fault.hint }],
  };
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
