import type { KnownCoverage } from '@umbracore/runtime';
import { coveragesDocument, exitCodes } from '@umbracore/runtime/documents';
import { coverageText, paceText } from '../output/coverage-text.ts';
import { printable } from '../output/printable.ts';
import { relativeTime } from '../output/times.ts';
import type { Session } from '../session.ts';

/** What is known of how much was read, without reading anything. Resolves to the exit code. */
export function showCoverage(session: Session, known: readonly KnownCoverage[]): number {
  const late = known.some(({ coverage }) => coverage?.outlook?.keeps === false);
  if (session.json) {
    const { schema: _, ...document } = coveragesDocument(known);
    session.document('coverage', document);
  } else {
    for (const each of known) showOne(session, each);
  }
  if (known.some(({ coverage }) => coverage?.damagedAt !== undefined)) return exitCodes.damage;
  return late ? exitCodes.partial : exitCodes.done;
}

function showOne(session: Session, { repository, coverage, problem, wanted }: KnownCoverage): void {
  const { signs, stdout } = session;
  const { style } = stdout;
  const name = style.bold(repository.name);
  if (coverage === undefined) return session.say(`${style.dim(signs.none)} ${name}  ${printable(problem ?? '')}`);
  const { damagedAt } = coverage;
  const isLate = coverage.outlook !== null && (!coverage.outlook.keeps || coverage.outlook.overdueBytes > 0);
  const read = coverage.packs === 0 ? style.dim(signs.none) : style.green(signs.good);
  const unharmed = isLate ? style.yellow(signs.attention) : read;
  const sign = damagedAt === undefined ? unharmed : style.red(signs.bad);
  session.say(`${sign} ${name}  ${coverageText(coverage, session.now())}`);
  if (damagedAt !== undefined)
    session.say(
      `    damage was found: ${relativeTime(damagedAt, session.now())}; is it mended? umbra verify ${repository.name}`,
    );
  const sound = coverage.soundAt === null ? 'never' : relativeTime(coverage.soundAt, session.now());
  session.say(`    found sound as a whole: ${sound}`);
  if (wanted !== undefined) session.say(`    ${printable(wanted.job)}: ${paceText(wanted, coverage.outlook)}`);
}
