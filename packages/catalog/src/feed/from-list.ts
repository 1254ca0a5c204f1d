import type { SnapshotEntry } from '@umbracore/contracts';
import { stepsOf } from '../names.ts';
import { Query, type Connection } from '../store/connection.ts';
import type { Pace } from './pace.ts';
import type { EntryFacts, StateWriter } from './state-writer.ts';

export interface ListFeed {
  readonly connection: Connection;
  readonly writer: StateWriter;
  readonly pace: Pace;
}

/** Of folders above the sources some backends tell nothing. */
const unknownFolder: EntryFacts = { type: 'dir', size: 0, modifiedAt: 0, mode: 0o755, uid: 0, gid: 0 };

/**
 * Takes in a state from a list of everything in it, where the backend cannot give single folders. What it costs is what the list
 * costs, however little has changed; a comparison of two snapshots would cost more and tell less.
 */
export async function feedFromList(feed: ListFeed, root: number, entries: AsyncIterable<SnapshotEntry>): Promise<void> {
  const { connection, writer, pace } = feed;
  connection.exec('create temp table if not exists seen (path integer primary key); delete from seen');
  const folders = new Map<string, number>([['', root]]);
  writer.setTree(root, null);
  for await (const entry of entries) {
    take(feed, folders, entry);
    if (pace.isDue) await pace.rest();
  }
  for (const { path } of connection.all(new Query<{ readonly path: number }>(unseenBelow), root)) {
    writer.close(path);
    writer.setTree(path, null);
    if (pace.isDue) await pace.rest();
  }
}

const unseenBelow = `
  with recursive below (id) as (
    select id from paths where parent = ?
    union all select p.id from paths p join below b on p.parent = b.id)
  select v.path from below b join versions v on v.path = b.id and v.last is null
  where v.path not in (select path from seen)`;

function take(feed: ListFeed, folders: Map<string, number>, { path, ...facts }: SnapshotEntry): void {
  const at = path.lastIndexOf('/');
  const name = path.slice(at + 1);
  if (name === '') return;
  const parent = folderAt(feed, folders, path.slice(0, at));
  const id = placeAt(feed, parent, name, facts);
  if (facts.type === 'dir') folders.set(path, id);
}

function folderAt(feed: ListFeed, folders: Map<string, number>, path: string): number {
  const known = folders.get(path);
  if (known !== undefined) return known;
  const steps = stepsOf(path);
  const parent = folderAt(
    feed,
    folders,
    steps
      .slice(0, -1)
      .map((step) => `/${step}`)
      .join(''),
  );
  const id = placeAt(feed, parent, steps.at(-1) ?? '', unknownFolder);
  folders.set(path, id);
  return id;
}

/** The next entry of that name in that folder: two names may read alike. */
function placeAt({ connection, writer }: ListFeed, parent: number, name: string, facts: EntryFacts): number {
  for (let nth = 0; ; nth += 1) {
    const known = writer.knownAt(parent, name, nth);
    const id = known?.id ?? writer.place(parent, name, nth);
    const isTaken = known !== undefined && connection.has('select 1 from seen where path = ?', id);
    if (isTaken) continue;
    connection.run('insert into seen values (?)', id);
    writer.put(id, known, facts, facts.type === 'file' ? null : 0);
    // What is known of its folder is not what its tree says any more.
    if (known !== undefined && writer.isFolder(known)) writer.setTree(id, null);
    return id;
  }
}
