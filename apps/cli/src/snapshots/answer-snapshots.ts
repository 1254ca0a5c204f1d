import { UmbraError } from '@umbracore/contracts';
import { worstOf, type SnapshotDocument, type SnapshotsDocument } from '@umbracore/runtime/documents';
import { printable } from '../output/printable.ts';
import { formatCount, formatQuantity, formatSize } from '../output/sizes.ts';
import { tellFailures } from '../output/tell-failures.ts';
import { dayTime } from '../output/times.ts';
import { tellAge } from '../refs/tell-age.ts';
import type { Session } from '../session.ts';

/** Shows snapshots, whoever listed them. Resolves to the exit code. */
export function answerSnapshots(session: Session, document: SnapshotsDocument): number {
  const failures = document.failures.map(({ repository, code, message, hint }) => ({
    repository,
    error: new UmbraError(code, message, { hint: hint ?? undefined }),
  }));
  if (session.json) session.document('snapshots', document);
  else {
    const { snapshots, outOfReach } = document;
    for (const { repository, asOf } of outOfReach) tellAge(session, repository, Date.parse(asOf));
    if (snapshots.length === 0) session.notice('No snapshots.');
    else showTable(session, snapshots, failures.length > 0);
    tellFailures(session, failures, 'read');
  }
  return worstOf(failures.map(({ error }) => error.exitCode));
}

const columns = [
  { title: 'ref' },
  { title: 'snapshot' },
  { title: 'repository' },
  { title: 'when' },
  { title: 'size', align: 'right' },
  { title: 'new', align: 'right' },
  { title: 'files', align: 'right' },
  { title: 'tags' },
  { title: 'pinned' },
  { title: 'forgotten' },
  { title: 'proof' },
  { title: 'paths' },
] as const;

function showTable(session: Session, snapshots: readonly SnapshotDocument[], isPartial: boolean): void {
  const withRepository = isPartial || new Set(snapshots.map(({ repository }) => repository)).size > 1;
  const { style } = session.stdout;
  const rows = snapshots.map(({ id, repository, ref, time, stats, tags, paths, ...facts }) => [
    style.bold(ref),
    id.slice(0, 8),
    withRepository ? repository : '',
    whenText(session, time),
    stats === null ? '' : formatSize(stats.bytesProcessed),
    stats === null ? '' : formatSize(stats.bytesAdded),
    stats === null ? '' : formatCount(stats.filesProcessed),
    printable(tags.join(', ')),
    facts.pin === null ? '' : printable(facts.pin.reason ?? 'yes'),
    facts.forgotten === null ? '' : whenText(session, facts.forgotten),
    proofText(session, facts.proof),
    style.dim(paths.map(printable).join(', ')),
  ]);
  session.sayTable(columns, rows);
}

const whenText = (session: Session, time: string): string => dayTime(Date.parse(time), session.now());

/** `sample today 02:03`, `25 files restored Tue 3 Nov 05:00` */
function proofText(session: Session, proof: SnapshotDocument['proof']): string {
  if (proof === null) return '';
  const when = whenText(session, proof.at);
  return proof.by === 'drill' ? `${formatQuantity(proof.files, 'file')} restored ${when}` : `${proof.level} ${when}`;
}
