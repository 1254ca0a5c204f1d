import { UmbraError, type Configuration, type ErrorCode } from '@umbracore/contracts';
import type { Place } from '../jobs/layers.ts';
import { originOf } from '../origin.ts';
import type { Collection } from '../reading/collect.ts';
import { formatPath, type Path } from '../reading/path.ts';
import { distinct, nearestSpan, type Finding } from '../reading/source-text.ts';
import { asReported } from '../report/failure.ts';
import { configurationError, toProblems } from '../report/problem.ts';
import { configurationSchema } from '../schema/configuration.ts';

/** What plug-ins have a say in: the plug-in of this place in the list, or the repository of this name. */
export type ExtensionPart =
  { readonly section: 'plugins'; readonly key: number } | { readonly section: 'repositories'; readonly key: string };

/** Something that is wrong with a configuration as its plug-ins see it. */
export interface ExtensionIssue {
  readonly part: ExtensionPart;
  /** Below the part. */
  readonly path: Path;
  readonly code: ErrorCode;
  readonly message: string;
  readonly hint?: string | undefined;
}

/** Finds plug-ins and repositories in the files again. A plug-in or repository of one word has nothing below it. */
export const extensionPlaces =
  ({ plugins, repositories }: Collection) =>
  ({ section, key }: ExtensionPart, inner: Path): Place | undefined => {
    const entry = section === 'plugins' ? plugins[key] : repositories.get(key);
    if (entry === undefined) return undefined;
    const { source, path, value } = entry;
    const full = typeof value === 'string' ? path : [...path, ...inner];
    return { source, span: nearestSpan(source, full, 'value') };
  };

/**
 * Why a configuration is refused that its plug-ins do not take: the report of every issue at its place, or of a configuration
 * without a file the first one and its path; undefined where there are none.
 */
export function reportOf(configuration: Configuration, issues: readonly ExtensionIssue[]): UmbraError | undefined {
  const [first] = issues;
  if (first === undefined) return undefined;
  const origin = originOf(configuration);
  const findings = issues.flatMap(({ part, path, code, message, hint }): Finding[] => {
    const place = origin?.placeOf(part, path);
    return place === undefined ? [] : [{ code, message, hint: hint && asReported(hint), ...place }];
  });
  if (origin !== undefined && findings.length > 0) {
    return configurationError(toProblems(distinct(findings), configurationSchema), origin.main, origin.cwd);
  }
  const { part, path, code, message, hint } = first;
  return new UmbraError(code, `${formatPath([part.section, part.key, ...path])}: ${message}`, { hint });
}
