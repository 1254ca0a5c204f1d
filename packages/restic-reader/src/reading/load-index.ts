import type { SealingKey } from '../crypto/sealing-key.ts';
import { addIndexFile } from '../documents/index-file.ts';
import { checkName, openDocument } from '../documents/sealed-file.ts';
import { changed, damaged, nameOf, throwIfAborted } from '../problems.ts';
import type { RepositoryFolder } from '../storage/folder.ts';
import { BlobIndex } from './blob-index.ts';

/** The index as it was at one moment. */
export interface LoadedIndex {
  /** Ids of the index files that it was read from. */
  readonly files: readonly string[];
  readonly blobs: BlobIndex;
}

/** A prune writes the new index files before it removes the old ones, and does that once. */
const attempts = 5;

/** Reads all index files. When one of them goes away meanwhile, there is a newer set, and that is read. */
export async function loadIndex(
  folder: RepositoryFolder,
  key: SealingKey,
  signal: AbortSignal | undefined,
): Promise<LoadedIndex> {
  for (let attempt = 1; ; attempt += 1) {
    const files = await indexFiles(folder);
    const blobs = new BlobIndex();
    const lost = await readAll(folder, key, files, blobs, signal);
    if (lost === undefined) return { files, blobs };
    if (attempt === attempts) throw changed(nameOf('index', lost));
  }
}

export async function indexFiles(folder: RepositoryFolder): Promise<readonly string[]> {
  const files = await folder.list('index');
  if (files === undefined) throw damaged('folder index', 'is not there');
  return files;
}

export const isSameSet = (one: readonly string[], other: readonly string[]): boolean =>
  one.length === other.length && one.every((file, at) => file === other[at]);

/** The first file that is not there any more; undefined if all were read. */
async function readAll(
  folder: RepositoryFolder,
  key: SealingKey,
  files: readonly string[],
  into: BlobIndex,
  signal: AbortSignal | undefined,
): Promise<string | undefined> {
  for (const id of files) {
    throwIfAborted(signal);
    const what = nameOf('index', id);
    const sealed = await folder.read('index', id);
    if (sealed === undefined) return id;
    checkName(what, id, sealed);
    addIndexFile(what, await openDocument(what, key, sealed), into);
  }
  return undefined;
}
