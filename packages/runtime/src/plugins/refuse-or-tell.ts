import type { ExtensionIssue, OnFault } from '@umbracore/config';
import type { Configuration } from '@umbracore/contracts';

/**
 * Throws the report of what is wrong with a configuration. Where that is only that plug-ins broke when they were asked, `onFault` is
 * told instead, if it is given. What writes reports is loaded only if there is one.
 */
export async function refuseOrTell(
  configuration: Configuration,
  wrong: readonly ExtensionIssue[],
  faults: readonly ExtensionIssue[],
  onFault: OnFault | undefined,
): Promise<void> {
  if (wrong.length === 0 && faults.length === 0) return;
  const { reportOf } = await import('@umbracore/config');
  const report = reportOf(configuration, [...wrong, ...faults]);
  if (report === undefined) return;
  if (wrong.length > 0 || onFault === undefined) throw report;
  onFault(report);
}
