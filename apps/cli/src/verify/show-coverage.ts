import type { Instant } from '@umbracore/contracts';
import type { KnownCoverage } from '@umbracore/runtime';
import { coveragesDocument, exitCodes } from '@umbracore/runtime/documents';
import { coverageText, paceText, partsText } from '../output/coverage-text.ts';
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
  if (known.some(({ damagedAt }) => damagedAt !== undefined)) return exitCodes.damage;
  return late ? exitCodes.partial : exitCodes.done;
}

function showOne(session: Session, known: KnownCoverage): void {
  const { repository, coverage, damagedAt, wanted } = known;
  const { signs, stdout } = session;
  const { style } = stdout;
  const name = style.bold(repository.name);
  if (coverage === undefined) return showParts(session, known);
  const isLate = coverage.outlook !== null && (!coverage.outlook.keeps || coverage.outlook.overdueBytes > 0);
  const read = coverage.packs === 0 ? style.dim(signs.none) : style.green(signs.good);
  const unharmed = isLate ? style.yellow(signs.attention) : read;
  const sign = damagedAt === undefined ? unharmed : style.red(signs.bad);
  session.say(`${sign} ${name}  ${coverageText(coverage, session.now())}`);
  sayDamage(session, known);
  saySound(session, coverage.soundAt, damagedAt);
  if (wanted !== undefined) session.say(`    ${printable(wanted.job)}: ${paceText(wanted, coverage.outlook)}`);
}

/** What has found nothing since damage was found did not look where that is. */
function saySound(session: Session, soundAt: Instant | null, damagedAt: Instant | undefined): void {
  if (damagedAt !== undefined && soundAt !== null && soundAt > damagedAt) return;
  const before = damagedAt === undefined ? '' : 'before that ';
  const when = soundAt === null ? 'never' : relativeTime(soundAt, session.now());
  session.say(`    ${before}found sound as a whole: ${when}`);
}

/** Where only the engine reads. */
function showParts(session: Session, known: KnownCoverage): void {
  const { repository, parts, damagedAt, problem } = known;
  const { signs, stdout } = session;
  const { style } = stdout;
  const isRead = parts !== undefined && parts.readShare > 0;
  const unharmed = isRead ? style.green(signs.good) : style.dim(signs.none);
  const text = isRead ? partsText(parts, repository.backend, session.now()) : printable(problem ?? '');
  session.say(`${damagedAt === undefined ? unharmed : style.red(signs.bad)} ${style.bold(repository.name)}  ${text}`);
  sayDamage(session, known);
}

function sayDamage(session: Session, { repository, damagedAt }: KnownCoverage): void {
  if (damagedAt === undefined) return;
  const when = relativeTime(damagedAt, session.now());
  session.say(`    damage was found: ${when}; is it mended? umbra verify ${repository.name}`);
}
