import { toUmbraError } from '@umbracore/contracts';
import type { Action } from '../command.ts';
import { examine } from '../doctor/examine.ts';
import type { Finding } from '../doctor/finding.ts';
import { exitCodes } from '../exit-codes.ts';
import { printable, printableLines } from '../output/printable.ts';
import { colouredSign } from '../output/standing.ts';
import { padEnd } from '../output/width.ts';
import type { Session } from '../session.ts';

export const action: Action<object> = async (session) => {
  const findings: Finding[] = [];
  let exitCode: number = exitCodes.done;
  try {
    const runtime = await session.runtime();
    for await (const finding of examine(runtime, session.interrupt.signal)) {
      findings.push(finding);
      show(session, finding);
    }
    if (findings.some(({ standing }) => standing === 'bad')) exitCode = exitCodes.failed;
  } catch (thrown) {
    const error = toUmbraError(thrown);
    if (error.code === 'run.cancelled' || error.code === 'internal') throw error;
    const fix = error.hint === undefined ? {} : { fix: error.hint };
    const finding: Finding = {
      area: 'config',
      standing: 'bad',
      subject: 'config',
      text: error.message,
      code: error.code,
      ...fix,
    };
    findings.push(finding);
    show(session, finding);
    exitCode = error.exitCode;
  }
  if (session.json) session.document('doctor', { findings: findings.map(findingDocument), exitCode });
  else session.notice(summary(findings));
  return exitCode;
};

const areaWidth = 16;

function show(session: Session, finding: Finding): void {
  const { standing, area, subject, text, fix } = finding;
  if (session.verbosity < 0 && standing === 'good') return;
  const { style } = session.stdout;
  const title = subject === area ? area : `${area} ${subject}`;
  session.say(
    `${colouredSign(session, standing)} ${padEnd(style.bold(printable(title)), areaWidth)}  ${printableLines(text)}`,
  );
  if (fix !== undefined) session.say(`${' '.repeat(areaWidth + 4)}${style.cyan('fix')}: ${printable(fix)}`);
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
