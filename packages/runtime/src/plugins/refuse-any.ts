import type { ExtensionIssue } from '@umbracore/config';
import type { Configuration } from '@umbracore/contracts';

/** Throws the report of issues; what writes it is loaded only if there are any. */
export async function refuseAny(configuration: Configuration, issues: readonly ExtensionIssue[]): Promise<void> {
  if (issues.length === 0) return;
  const { refuseIssues } = await import('@umbracore/config');
  refuseIssues(configuration, issues);
}
