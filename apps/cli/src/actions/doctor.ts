import { resolve } from 'node:path';
import { toUmbraError, UmbraError, type Configuration, type Finding, type FindingArea } from '@umbracore/contracts';
import type { Runtime } from '@umbracore/runtime';
import { doctorDocument, exitCodes } from '@umbracore/runtime/documents';
import type { Action } from '../command.ts';
import type { DoctorFlags } from '../commands/doctor.ts';
import { demandFree, writeBundle } from '../doctor/bundle/bundle.ts';
import { sayBundle } from '../doctor/bundle/say-bundle.ts';
import { shownExamination } from '../doctor/shown-examination.ts';
import { emptyConfiguration } from '../doors/configuration.ts';
import { examine, withLocksRemoved } from '../doors/doctor.ts';
import { printable, printableLines } from '../output/printable.ts';
import { colouredSign } from '../output/standing.ts';
import { displayWidth, padEnd } from '../output/width.ts';
import type { Session } from '../session.ts';
import { version } from '../version.ts';

export const action: Action<DoctorFlags> = async (session, _, { only, fix = false, bundle }) => {
  if (only !== undefined && bundle !== undefined) {
    throw new UmbraError('usage.invalid', '--only and --bundle exclude each other', { hint: 'Give one of them.' });
  }
  const file = bundle === undefined ? undefined : resolve(session.cwd, bundle);
  if (file !== undefined) await demandFree(file);
  const findings: Finding[] = [];
  let width = leastWidth;
  const add = (finding: Finding): void => {
    findings.push(finding);
    show(session, finding, width);
  };
  const { runtime, obstacle } = await openDespite(session, { add, tolerant: file !== undefined });
  if (runtime !== undefined) width = widthFor(runtime.configuration);
  const broken = runtime === undefined ? undefined : await findAll(session, { runtime, only, fix, add });
  // A bundle tells of it, too; without one there is nothing to wait for.
  if (broken !== undefined && file === undefined) throw broken;
  const bad = findings.some(({ standing }) => standing === 'bad');
  const exitCode = obstacle?.exitCode ?? (bad ? exitCodes.failed : exitCodes.done);
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
  try {
    const found = examine(runtime, { version, only }, { signal, report });
    for await (const finding of fix ? withLocksRemoved(found, runtime, signal) : found) {
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
    return { runtime: await session.runtime(), obstacle: undefined };
  } catch (thrown) {
    const obstacle = toUmbraError(thrown);
    if (obstacle.code === 'run.cancelled' || (obstacle.code === 'internal' && !tolerant)) throw obstacle;
    add(findingOf(obstacle));
    return { runtime: await session.runtime({ configuration: nothing }).catch(() => undefined), obstacle };
  }
}

const nothing = emptyConfiguration(Intl.DateTimeFormat().resolvedOptions().timeZone);

function findingOf({ code, message, hint }: UmbraError): Finding {
  const base = { area: 'config', standing: 'bad', subject: 'config', text: message, code } as const;
  return hint === undefined ? base : { ...base, fix: hint };
}

const leastWidth = 16;

/** As wide as the longest title that may come. */
const widthFor = ({ repositories, jobs }: Configuration): number =>
  Math.max(
    leastWidth,
    ...[...repositories.keys()].map((name) => displayWidth(`repository ${name}`)),
    ...[...jobs.values()].filter(({ kind }) => kind === 'backup').map(({ id }) => displayWidth(`source ${id}`)),
  );

function show(session: Session, finding: Finding, width: number): void {
  const { standing, area, subject, text, fix } = finding;
  if (session.verbosity < 0 && standing === 'good') return;
  const { style } = session.stdout;
  const title = subject === area ? area : `${area} ${subject}`;
  session.say(
    `${colouredSign(session, standing)} ${padEnd(style.bold(printable(title)), width)}  ${printableLines(text)}`,
  );
  if (fix !== undefined) session.say(`${' '.repeat(width + 4)}${style.cyan('fix')}: ${printable(fix)}`);
}

function summary(findings: readonly Finding[]): string {
  const count = (wanted: Finding['standing']): number => findings.filter(({ standing }) => standing === wanted).length;
  const [bad, attention] = [count('bad'), count('attention')];
  if (bad + attention === 0) return 'Nothing is in the way.';
  return `${bad} ${bad === 1 ? 'failure' : 'failures'}, ${attention} ${attention === 1 ? 'warning' : 'warnings'}`;
}
