import { posix } from 'node:path';
import { UmbraError, type SnapshotEntry } from '@umbracore/contracts';
import { timestamp } from '@umbracore/runtime/documents';
import type { Action } from '../command.ts';
import type { LsFlags } from '../commands/ls.ts';
import { printable } from '../output/printable.ts';
import { formatSize } from '../output/sizes.ts';
import { calendarTime } from '../output/times.ts';
import { findSnapshot } from '../refs/find-snapshot.ts';
import { entriesAt } from '../refs/path-inside.ts';
import type { Session } from '../session.ts';

export const action: Action<LsFlags> = async (
  session,
  [text = ''],
  { long = false, recursive = false, repository },
) => {
  const { ref, snapshot, backend, repository: place } = await findSnapshot(session, text, repository);
  const { signal } = session.interrupt;
  const { root, entries } = await entriesAt(backend, snapshot, ref.path, { signal });
  if (entries.length === 0 && ref.path !== undefined) {
    throw new UmbraError('snapshot.absent', `the snapshot ${snapshot.shortId} has no ${ref.path}`, {
      hint: `See what it has: umbra ls ${text.slice(0, text.indexOf(':'))}`,
    });
  }
  const top = root ?? commonFolder(snapshot.paths);
  const shown = recursive ? entries : directlyIn(entries, top);
  if (session.json) {
    return session.document('ls', {
      snapshot: snapshot.id,
      repository: place.name,
      path: top,
      entries: shown.map(entryDocument),
    });
  }
  const nameOf = recursive ? (path: string) => path : (path: string) => posix.relative(top, path) || path;
  show(session, shown, nameOf, long);
};

/** The children of a folder; the thing itself if it is none. */
function directlyIn(entries: readonly SnapshotEntry[], folder: string): readonly SnapshotEntry[] {
  const children = entries.filter(({ path }) => path !== folder && posix.dirname(path) === folder);
  return children.length > 0 ? children : entries.filter(({ path, type }) => path === folder && type !== 'dir');
}

/** Where a listing without a path begins: the folder that all sources share, or the only source itself. */
export function commonFolder(paths: readonly string[]): string {
  const [first = '/', ...rest] = paths;
  const parts = first.split('/');
  const shared = rest.reduce((length, path) => {
    const others = path.split('/');
    const differs = parts.slice(0, length).findIndex((part, index) => part !== others[index]);
    return differs === -1 ? length : differs;
  }, parts.length);
  return parts.slice(0, shared).join('/') || '/';
}

const entryDocument = ({ path, type, size, modifiedAt, mode, uid, gid }: SnapshotEntry) => ({
  path,
  type,
  size,
  modifiedAt: timestamp(modifiedAt),
  mode,
  uid,
  gid,
});

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
