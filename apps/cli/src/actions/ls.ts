import { posix } from 'node:path';
import { UmbraError, type SnapshotEntry } from '@umbracore/contracts';
import { lsDocument } from '@umbracore/runtime/documents';
import type { Action } from '../command.ts';
import type { LsFlags } from '../commands/ls.ts';
import { printable } from '../output/printable.ts';
import { formatSize } from '../output/sizes.ts';
import { calendarTime } from '../output/times.ts';
import { findReadable } from '../refs/find-readable.ts';
import { listingAt } from '../listing/listing-at.ts';
import type { Session } from '../session.ts';

export const action: Action<LsFlags> = async (session, [text = ''], flags) => {
  const { long = false, recursive = false } = flags;
  const known = await findReadable(session, text, flags);
  const { ref, snapshot, repository, asOf } = known;
  const { signal } = session.interrupt;
  const listing = await listingAt({ known, snapshot, path: ref.path }, recursive, { signal });
  if (listing === undefined) {
    throw new UmbraError('snapshot.absent', `the snapshot ${snapshot.shortId} has no ${ref.path}`, {
      hint: `See what it has: umbra ls ${text.slice(0, text.indexOf(':'))}`,
    });
  }
  const { top, entries } = listing;
  if (session.json) {
    const listed = { snapshot: snapshot.id, repository: repository.name, asOf, path: top, entries };
    return session.document('ls', lsDocument(listed));
  }
  const nameOf = recursive ? (path: string) => path : (path: string) => posix.relative(top, path) || path;
  show(session, entries, nameOf, long);
};

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
