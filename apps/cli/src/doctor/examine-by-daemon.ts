import { UmbraError } from '@umbracore/contracts';
import type { DoctorDocument } from '@umbracore/runtime/documents';
import type { DoctorFlags } from '../commands/doctor.ts';
import { careByDaemon } from '../daemon/care-by-daemon.ts';
import { withView } from '../progress/operation-view.ts';
import type { Session } from '../session.ts';
import { showFinding, summary, titleOf, widthOf } from './show-findings.ts';

/** What is in the way of the daemon, which finds programs and secrets in an environment of its own. */
export async function examineByDaemon(session: Session, { only, fix, bundle }: DoctorFlags): Promise<number> {
  if (bundle !== undefined) {
    throw new UmbraError('usage.invalid', '--by-daemon and --bundle exclude each other', { hint: 'Give one of them.' });
  }
  const report = await withView(session, 'examining by the daemon', (report) =>
    careByDaemon<DoctorDocument>(session, { path: '/v1/doctor', body: { only, fix }, report, isItsOwn: true }),
  );
  if (report === undefined) {
    throw new UmbraError('daemon.unreachable', 'no daemon answers that works with this state and this configuration', {
      hint: '`-v` says why; `umbra daemon status` shows which one works.',
    });
  }
  const { findings, exitCode } = report;
  const width = widthOf(findings.map(titleOf));
  for (const finding of findings) showFinding(session, finding, width);
  session.notice(summary(findings));
  if (session.json) session.document('doctor', report);
  return exitCode;
}
