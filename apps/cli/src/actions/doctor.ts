import { toUmbraError, type Configuration, type UmbraError } from '@umbracore/contracts';
import type { Runtime } from '@umbracore/runtime';
import { exitCodes } from '@umbracore/runtime/documents';
import type { Action } from '../command.ts';
import { examine } from '../doctor/examine.ts';
import type { Finding } from '../doctor/finding.ts';
import { emptyConfiguration } from '../doors/configuration.ts';
import { printable, printableLines } from '../output/printable.ts';
import { colouredSign } from '../output/standing.ts';
import { displayWidth, padEnd } from '../output/width.ts';
import type { Session } from '../session.ts';

export const action: Action<object> = async (session) => {
  const findings: Finding[] = [];
  let width = leastWidth;
  const add = (finding: Finding): void => {
    findings.push(finding);
    show(session, finding, width);
  };
  const { runtime, exitCode: obstacle } = await openDespite(session, add);
  if (runtime !== undefined) width = widthFor(runtime.configuration);
  if (runtime !== undefined) for await (const finding of examine(runtime, session.interrupt.signal)) add(finding);
  const bad = findings.some(({ standing }) => standing === 'bad');
  const exitCode = obstacle ?? (bad ? exitCodes.failed : exitCodes.done);
  if (session.json) session.document('doctor', { findings: findings.map(findingDocument), exitCode });
  else session.notice(summary(findings));
  return exitCode;
};

/**
 * Without a usable configuration the rest is examined all the same: a newcomer has none, and wants to know whether restic
 * and the state are in order before there is one.
 */
async function openDespite(
  session: Session,
  add: (finding: Finding) => void,
): Promise<{ readonly runtime: Runtime | undefined; readonly exitCode?: number }> {
  try {
    return { runtime: await session.runtime() };
  } catch (thrown) {
    const error = toUmbraError(thrown);
    if (error.code === 'run.cancelled' || error.code === 'internal') throw error;
    add(findingOf(error));
    const { exitCode } = error;
    return { runtime: await session.runtime({ configuration: nothing }).catch(() => undefined), exitCode };
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

const findingDocument = ({ area, subject, standing, text, fix, code }: Finding) => ({
  area,
  subject,
  standing,
  text,
  fix: fix ?? null,
  code: code ?? null,
});

function summary(findings: readonly Finding[]): string {
  const count = (wanted: Finding['standing']): number => findings.filter(({ standing }) => standing === wanted).length;
  const [bad, attention] = [count('bad'), count('attention')];
  if (bad + attention === 0) return 'Nothing is in the way.';
  return `${bad} ${bad === 1 ? 'failure' : 'failures'}, ${attention} ${attention === 1 ? 'warning' : 'warnings'}`;
}
