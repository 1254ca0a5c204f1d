import { posix } from 'node:path';
import type { SnapshotEntry } from '@umbracore/contracts';
import type { LsDocument } from '@umbracore/runtime/documents';
import type { LsFlags } from '../commands/ls.ts';
import { printable } from '../output/printable.ts';
import { formatSize } from '../output/sizes.ts';
import { calendarTime } from '../output/times.ts';
import { tellAge } from '../refs/tell-age.ts';
import type { Session } from '../session.ts';

/** Shows a folder as the daemon listed it. */
export function answerLs(session: Session, document: LsDocument, flags: LsFlags): void {
  if (session.json) return session.document('ls', document);
  const { repository, asOf, path, entries } = document;
  if (asOf !== null) tellAge(session, repository, Date.parse(asOf));
  const listed = entries.map(({ modifiedAt, ...entry }) => ({ ...entry, modifiedAt: Date.parse(modifiedAt) }));
  showEntries(session, { path, entries: listed }, flags);
}

export function showEntries(
  session: Session,
  { path: top, entries }: { readonly path: string; readonly entries: readonly SnapshotEntry[] },
  { long = false, recursive = false }: LsFlags,
): void {
  const nameOf = recursive ? (path: string) => path : (path: string) => posix.relative(top, path) || path;
  show(session, entries, nameOf, long);
}

function show(
  session: Session,
  entries: readonly SnapshotEntry[],
  nameOf: (path: string) => string,
  long: boolean,
): void {
  const { style } = session.stdout;
  const title = (entry: SnapshotEntry): string => {
    const name = printable(nameOf(entry.path));
    return entry.type === 'dir' ? style.cyan(`${name}/`) : name;
  };
  if (!long) {
    for (const entry of entries) session.say(title(entry));
    return;
  }
  const columns = [{ title: '' }, { title: '' }, { title: '', align: 'right' }, { title: '' }, { title: '' }] as const;
  const rows = entries.map((entry) => [
    modeText(entry),
    `${entry.uid}:${entry.gid}`,
    entry.type === 'file' ? formatSize(entry.size) : session.signs.none,
    calendarTime(entry.modifiedAt, session.now()),
    title(entry),
  ]);
  session.sayTable(columns, rows);
}

const typeLetters: Readonly<Record<SnapshotEntry['type'], string>> = {
  file: '-',
  dir: 'd',
  symlink: 'l',
  dev: 'b',
  chardev: 'c',
  fifo: 'p',
  socket: 's',
  irregular: '?',
};

/** `drwxr-x---` from the nine permission bits. */
const modeText = ({ type, mode }: SnapshotEntry): string =>
  typeLetters[type] +
  'rwxrwxrwx'
    .split('')
    .map((letter, index) => ((mode >> (8 - index)) & 1 ? letter : '-'))
    .join('');
