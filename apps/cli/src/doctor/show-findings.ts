import type { Configuration, Finding } from '@umbracore/contracts';
import type { DoctorDocument } from '@umbracore/runtime/documents';
import { printable, printableLines } from '../output/printable.ts';
import { colouredSign } from '../output/standing.ts';
import { displayWidth, padEnd } from '../output/width.ts';
import type { Session } from '../session.ts';

export const leastWidth = 16;

/** Also one that somebody else has found. */
type ShownFinding = Finding | DoctorDocument['findings'][number];

type Subject = Pick<Finding, 'area' | 'subject'>;

export const titleOf = ({ area, subject }: Subject): string => (subject === area ? area : `${area} ${subject}`);

export const widthOf = (titles: readonly string[]): number => Math.max(leastWidth, ...titles.map(displayWidth));

/** As wide as the longest title that may come. */
export const widthFor = ({ repositories, jobs }: Configuration): number =>
  widthOf([
    ...[...repositories.keys()].map((name) => `repository ${name}`),
    ...[...jobs.values()].filter(({ kind }) => kind === 'backup').map(({ id }) => `source ${id}`),
  ]);

export function showFinding(session: Session, finding: ShownFinding, width: number): void {
  const { area, standing, text, fix } = finding;
  if (session.verbosity < 0 && standing === 'good') return;
  const { style } = session.stdout;
  const title = padEnd(style.bold(printable(titleOf(finding))), width);
  // The problems of a configuration have their lines of it below; elsewhere a line break is part of a name.
  const shown = area === 'config' ? printableLines(text) : printable(text);
  session.say(`${colouredSign(session, standing)} ${title}  ${shown}`);
  if (fix !== undefined && fix !== null) session.say(`${' '.repeat(width + 4)}${style.cyan('fix')}: ${printable(fix)}`);
}

export function summary(findings: readonly Pick<Finding, 'standing'>[]): string {
  const count = (wanted: Finding['standing']): number => findings.filter(({ standing }) => standing === wanted).length;
  const [bad, attention] = [count('bad'), count('attention')];
  if (bad + attention === 0) return 'Nothing is in the way.';
  return `${bad} ${bad === 1 ? 'failure' : 'failures'}, ${attention} ${attention === 1 ? 'warning' : 'warnings'}`;
}
