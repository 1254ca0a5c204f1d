import type { TreeEntry, TreeReader } from '@umbracore/contracts';
import { hashOf, keyOf, NameCounter } from '../names.ts';
import { contentMark } from './content-mark.ts';
import type { Pace } from './pace.ts';
import type { Known, StateWriter } from './state-writer.ts';

/** So many folders are read while others are written. */
const ahead = 8;

interface Folder {
  readonly id: number;
  readonly tree: string;
  reading?: Promise<readonly TreeEntry[]>;
}

export interface TreeFeed {
  readonly trees: TreeReader;
  readonly writer: StateWriter;
  readonly pace: Pace;
  readonly signal: AbortSignal | undefined;
}

/** Takes in what is below a root. Folders whose tree is the one that was found there last are not looked into. */
export async function feedFromTrees(feed: TreeFeed, root: number, tree: string): Promise<void> {
  const { trees, writer, pace, signal } = feed;
  // One level after the other, so that what is stored by folder comes in the order in which it is stored.
  const waiting: Folder[] = [{ id: root, tree }];
  for (let at = 0; at < waiting.length; at += 1) {
    for (const next of waiting.slice(at, at + ahead)) {
      next.reading ??= trees.read(next.tree, signal);
      // Looked at when it is its turn; nobody may come that far.
      next.reading.catch(() => undefined);
    }
    const folder = waiting[at];
    if (folder === undefined) break;
    waiting.push(...(await feedFolder(feed, folder.id, (await folder.reading) ?? [])));
    delete folder.reading;
    writer.setTree(folder.id, folder.tree);
    if (pace.isDue) await pace.rest();
  }
}

/** Gives the folders in it that are not as they were. */
async function feedFolder(
  { writer, pace }: TreeFeed,
  folder: number,
  entries: readonly TreeEntry[],
): Promise<readonly Folder[]> {
  const known = writer.known(folder);
  const changed: Folder[] = [];
  for (const { entry, nth } of inStoredOrder(entries)) {
    const key = keyOf(entry.name, nth);
    const before = known.get(key);
    known.delete(key);
    const id = before?.id ?? writer.place(folder, entry.name, nth);
    writer.put(id, before, entry, entry.type === 'file' ? contentMark(entry.content) : 0);
    if (entry.subtree === undefined) emptied(writer, before);
    else if (entry.subtree !== before?.tree) changed.push({ id, tree: entry.subtree });
    if (pace.isDue) await pace.rest();
  }
  for (const gone of known.values()) {
    if (gone.first === null) continue;
    writer.close(gone.id);
    emptied(writer, gone);
  }
  return changed;
}

/** New names go into an index by their hashes: in that order its pages become full. */
function inStoredOrder(entries: readonly TreeEntry[]): readonly { readonly entry: TreeEntry; readonly nth: number }[] {
  const names = new NameCounter();
  return entries
    .map((entry) => ({ entry, nth: names.next(entry.name), hash: hashOf(entry.name) }))
    .sort((one, other) => one.hash - other.hash);
}

function emptied(writer: StateWriter, before: Known | undefined): void {
  if (before !== undefined && writer.isFolder(before)) writer.closeBelow(before.id);
}
