import type { DrillReport } from '@umbracore/contracts';
import type { RunDocument } from '@umbracore/runtime/documents';
import type { Session } from '../session.ts';
import { formatDuration } from './durations.ts';
import { printable } from './printable.ts';
import { formatCount, formatQuantity, formatSize } from './sizes.ts';

type DrillDocument = Extract<NonNullable<RunDocument['report']>, { kind: 'drill' }>;

/** `25 files of 2 snapshots restored and proven, 12.3 MiB in 4.1 s`; what was not compared is never called proven. */
export function drillText(report: DrillDocument, dryRun = false): string {
  const { files, bytes, bySource, byHash, byCopy, notCompared, failureCount, duration, snapshots } = report;
  if (files === 0 && failureCount === 0) return 'nothing to restore';
  const what = `${formatQuantity(files, 'file')} of ${formatQuantity(snapshots.length, 'snapshot')}`;
  if (dryRun) return `${what} would be restored, ${formatSize(bytes)}`;
  const amount = `${formatSize(bytes)} in ${formatDuration(duration * 1000)}`;
  if (failureCount > 0) return `${what} tried, ${formatQuantity(failureCount, 'failure')}, ${amount}`;
  if (bySource + byHash + byCopy === 0) return `${what} restored, not compared, ${amount}`;
  const uncompared = notCompared === 0 ? '' : ` (${notCompared} of them not compared)`;
  return `${what} restored and proven${uncompared}, ${amount}`;
}

/** How each file was judged: `22 as their sources are, 3 by the hashes in the repository; 3 sources changed since`. */
export function drillProof({ bySource, byHash, copies, notCompared, changed }: DrillDocument): string {
  const parts = [
    ...(bySource === 0 ? [] : [`${bySource} as their sources are`]),
    ...(byHash === 0 ? [] : [`${byHash} by the hashes in the repository`]),
    ...copies.map(({ repository, files, reason }) => `${files} as they are in ${repository} (${reason})`),
    ...(notCompared === 0 ? [] : [`${notCompared} not compared`]),
  ];
  const since = changed === 0 ? '' : `; ${formatQuantity(changed, 'source')} changed since, which is no fault`;
  return `${parts.join(', ') || 'none'}${since}`;
}

/** `about 3 h 12 min for 48.1 GiB of documents`, for each snapshot of which it can be told. */
export const recoveryTexts = ({ snapshots }: DrillDocument): readonly string[] =>
  snapshots.flatMap(({ job, totalBytes, recovery }) =>
    recovery === null || totalBytes === null
      ? []
      : [`about ${formatDuration(recovery * 1000)} for ${formatSize(totalBytes)} of ${job}`],
  );

/** So many failures and files are listed; the rest is counted. */
const listed = 20;

/** What did not come back, and which files were tried. */
export function showDrill(session: Session, { failures, failureCount, snapshots }: DrillReport): void {
  const { style } = session.stdout;
  for (const { path, reason } of failures.slice(0, listed)) {
    session.say(`  ${style.red(session.signs.bad)} ${printable(path)}  ${printable(reason)}`);
  }
  if (failureCount > listed) session.say(style.dim(`    and ${formatCount(failureCount - listed)} more: --json`));
  for (const { job, snapshot, files, proven, bytes, paths } of snapshots) {
    session.say(`  ${snapshot.slice(0, 8)} of ${job}: ${proven} of ${files} proven, ${formatSize(bytes)}`);
    for (const path of paths.slice(0, listed)) session.say(style.dim(`    ${printable(path)}`));
    if (files > listed) session.say(style.dim(`    and ${formatCount(files - Math.min(listed, files))} more: --json`));
  }
}
