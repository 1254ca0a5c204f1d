import { resolve } from 'node:path';
import { toUmbraError, UmbraError, type Finding, type FindingArea } from '@umbracore/contracts';
import type { Runtime } from '@umbracore/runtime';
import { doctorDocument, doctorExitCode } from '@umbracore/runtime/documents';
import type { Action } from '../command.ts';
import type { DoctorFlags } from '../commands/doctor.ts';
import { demandFree, writeBundle } from '../doctor/bundle/bundle.ts';
import { sayBundle } from '../doctor/bundle/say-bundle.ts';
import { examineByDaemon } from '../doctor/examine-by-daemon.ts';
import { leastWidth, showFinding, summary, widthFor } from '../doctor/show-findings.ts';
import { shownExamination } from '../doctor/shown-examination.ts';
import { emptyConfiguration, systemTimezone } from '../doors/configuration.ts';
import { examine, unusableConfiguration, withLocksRemoved } from '../doors/doctor.ts';
import { tellDoubts } from '../progress/tell-doubts.ts';
import type { Session } from '../session.ts';
import { version } from '../version.ts';

export const action: Action<DoctorFlags> = async (session, _, flags) => {
  const { only, fix = false, bundle, byDaemon = false } = flags;
  if (only !== undefined && bundle !== undefined) {
    throw new UmbraError('usage.invalid', '--only and --bundle exclude each other', { hint: 'Give one of them.' });
  }
  if (byDaemon) return await examineByDaemon(session, flags);
  const file = bundle === undefined ? undefined : resolve(session.cwd, bundle);
  if (file !== undefined) await demandFree(file);
  const findings: Finding[] = [];
  let width = leastWidth;
  const add = (finding: Finding): void => {
    findings.push(finding);
    showFinding(session, finding, width);
  };
  const { runtime, obstacle } = await openDespite(session, { add, tolerant: file !== undefined });
  if (runtime !== undefined) width = widthFor(runtime.configuration);
  const broken = runtime === undefined ? undefined : await findAll(session, { runtime, only, fix, add });
  // A bundle tells of it, too; without one there is nothing to wait for.
  if (broken !== undefined && file === undefined) throw broken;
  const exitCode = obstacle?.exitCode ?? doctorExitCode(findings);
  const examined = { session, runtime, obstacle, broken, findings, exitCode };
  session.notice(summary(findings));
  const written = file === undefined ? null : await writeBundle(file, examined);
  if (written !== null) sayBundle(session, written);
  if (broken !== undefined) throw broken;
  if (session.json) session.document('doctor', doctorDocument({ findings, exitCode, bundle: written }));
  return exitCode;
};

interface Examination {
  readonly runtime: Runtime;
  readonly only: FindingArea | undefined;
  readonly fix: boolean;
  readonly add: (finding: Finding) => void;
}

/** What broke it off, if anything did. */
async function findAll(session: Session, { runtime, only, fix, add }: Examination): Promise<UmbraError | undefined> {
  const { signal } = session.interrupt;
  using shown = shownExamination(session);
  const { report } = shown;
  using _doubts = tellDoubts(session, runtime);
  try {
    const found = examine(runtime, { version, only }, { signal, report });
    for await (const finding of fix ? withLocksRemoved(found, runtime, { signal }) : found) {
      shown.giveWay(() => add(finding));
    }
    return undefined;
  } catch (thrown) {
    signal.throwIfAborted();
    return toUmbraError(thrown);
  }
}

/**
 * Without a usable configuration the rest is examined all the same: a newcomer has none, and wants to know whether restic
 * and the state are in order before there is one. Where it is `tolerant` also in spite of a fault of our own.
 */
async function openDespite(
  session: Session,
  { add, tolerant }: { readonly add: (finding: Finding) => void; readonly tolerant: boolean },
): Promise<{ readonly runtime: Runtime | undefined; readonly obstacle: UmbraError | undefined }> {
  try {
    return { runtime: await session.runtime({ tellsFaults: true }), obstacle: undefined };
  } catch (thrown) {
    const obstacle = toUmbraError(thrown);
    if (obstacle.code === 'run.cancelled' || (obstacle.code === 'internal' && !tolerant)) throw obstacle;
    add(unusableConfiguration(obstacle));
    const nothing = emptyConfiguration(systemTimezone(session.env['TZ']));
    return { runtime: await session.runtime({ configuration: nothing }).catch(() => undefined), obstacle };
  }
}
