import { printable } from '../output/printable.ts';
import { formatQuantity, formatSize } from '../output/sizes.ts';
import { calendarTime } from '../output/times.ts';
import type { Session } from '../session.ts';
import type { FoundPath, FoundVersion, Holder } from '@umbracore/runtime/history';

const columns = [{ title: '' }, { title: '', align: 'right' }, { title: '' }, { title: '' }, { title: '' }] as const;

/** Each path with its versions below it; for programs a line for each snapshot that holds one. */
export function showFound(session: Session, found: readonly FoundPath[]): void {
  if (session.globals.plain === true)
    session.sayTable(
      columns,
      found.flatMap((each) => plainRows(session, each)),
    );
  else for (const each of found) showPath(session, each);
  const versions = found.reduce((sum, each) => sum + each.versions.length, 0);
  session.notice(`${formatQuantity(versions, 'version')} of ${formatQuantity(found.length, 'path')}`);
}

function showPath(session: Session, found: FoundPath): void {
  session.say(session.stdout.style.bold(nameOf(found)));
  const rows = found.versions.map((version) => {
    const [size, time] = stateOf(session, version);
    const repositories = new Set(version.holders.map(({ repository }) => repository));
    return [' ', size, `modified ${time}`, spanText(session, version.holders), [...repositories].join(', ')];
  });
  session.sayTable(columns, rows);
}

const plainRows = (session: Session, found: FoundPath): readonly (readonly string[])[] =>
  found.versions.flatMap((version) =>
    version.holders.map(({ ref, repository }) => [nameOf(found), ...stateOf(session, version), ref, repository]),
  );

const nameOf = ({ path, versions }: FoundPath): string => printable(path) + (versions[0]?.type === 'dir' ? '/' : '');

const stateOf = (session: Session, { type, size, modifiedAt }: FoundVersion): readonly [string, string] => [
  type === 'file' ? formatSize(size) : session.signs.none,
  calendarTime(modifiedAt, session.now()),
];

/** The newest and the oldest that hold it, and how many do: those between need not, and other repositories may have their own. */
function spanText({ signs }: Session, holders: readonly Holder[]): string {
  const refs = [...new Set(holders.map(({ ref }) => ref))];
  const [first = '', ...more] = refs;
  const last = more.at(-1);
  const span = last === undefined ? first : `${first} ${signs.ellipsis} ${last}`;
  return holders.length === 1 ? span : `${span} (${formatQuantity(holders.length, 'snapshot')})`;
}
