import type { TreeEntry, TreeReader } from '@umbracore/contracts';
import { hashOf } from '../names.ts';
import { contentMark } from './content-mark.ts';
import type { Pace } from './pace.ts';
import { PlacesIn } from './places-in.ts';
import type { Known, StateWriter } from './state-writer.ts';

/**
 * So many entries, by what folders had so far, are read ahead, in so many folders: those that lie beside each other are read at once.
 */
const entriesAhead = 4000;
const foldersAhead = 32;

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
  let [asked, entries] = [0, 0];
  for (let at = 0; at < waiting.length; at += 1) {
    const ahead = at === 0 ? 1 : Math.min(foldersAhead, Math.ceil((entriesAhead * at) / (entries + 1)));
    // In groups: half of them wait to be taken in while the others are read.
    if (asked - at <= ahead / 2) {
      asked = Math.min(waiting.length, at + ahead);
      for (const next of waiting.slice(at, asked)) startReading(trees, next, signal);
    }
    const folder = waiting[at];
    if (folder === undefined) break;
    const found = (await folder.reading) ?? [];
    entries += found.length;
    waiting.push(...(await feedFolder(feed, folder.id, found)));
    delete folder.reading;
    writer.setTree(folder.id, folder.tree);
    if (pace.isDue) await pace.rest();
  }
}

function startReading(trees: TreeReader, folder: Folder, signal: AbortSignal | undefined): void {
  folder.reading ??= trees.read(folder.tree, signal);
  // Looked at when it is its turn; nobody may come that far.
  folder.reading.catch(() => undefined);
}

/** Gives the folders in it that are not as they were. */
async function feedFolder(
  { writer, pace }: TreeFeed,
  folder: number,
  entries: readonly TreeEntry[],
): Promise<readonly Folder[]> {
  const known = writer.known(folder);
  const places = new PlacesIn(known);
  const changed: Folder[] = [];
  for (const entry of known.length === 0 ? inStoredOrder(entries) : entries) {
    const { nth, known: before } = places.take(entry.name);
    const id = before?.id ?? writer.place(folder, entry.name, nth);
    writer.put(id, before, entry, entry.type === 'file' ? contentMark(entry.content) : 0);
    if (entry.subtree === undefined) emptied(writer, before);
    else if (before === undefined || entry.subtree !== writer.treeOf(id)) changed.push({ id, tree: entry.subtree });
    if (pace.isDue) await pace.rest();
  }
  for (const gone of places.left()) {
    if (gone.first === null) continue;
    writer.close(gone.id);
    emptied(writer, gone);
  }
  return changed;
}

/** New names go into an index by their hashes: in that order its pages become full. */
const inStoredOrder = (entries: readonly TreeEntry[]): readonly TreeEntry[] =>
  entries
    .map((entry) => ({ entry, hash: hashOf(entry.name) }))
    .sort((one, other) => one.hash - other.hash)
    .map(({ entry }) => entry);

function emptied(writer: StateWriter, before: Known | undefined): void {
  if (before !== undefined && writer.isFolder(before)) writer.closeBelow(before.id);
}
