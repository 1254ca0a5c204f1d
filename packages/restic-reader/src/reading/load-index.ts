import type { SealingKey } from '../crypto/sealing-key.ts';
import { addIndexFile } from '../documents/index-file.ts';
import { checkName } from '../documents/hashed-name.ts';
import { openDocument } from '../documents/sealed-file.ts';
import { changed, damaged, nameOf } from '../problems.ts';
import type { RepositoryFolder } from '../storage/folder.ts';
import { BlobIndex, type IndexRows } from './blob-index.ts';
import { inBatches } from './in-batches.ts';
import type { IndexMemory } from './index-memory.ts';

/** The index as it was at one moment. */
export interface LoadedIndex {
  /** Ids of the index files that it was read from. */
  readonly files: readonly string[];
  readonly blobs: BlobIndex;
}

export interface IndexSource {
  readonly folder: RepositoryFolder;
  readonly key: SealingKey;
  /** What index files said the last time; undefined if nobody keeps that. */
  readonly memory: IndexMemory | undefined;
}

/** Index files that are read at the same time: most are small. */
const filesAtOnce = 16;

/** A prune writes the new index files before it removes the old ones, and does that once. */
const attempts = 5;

/** Reads all index files. When one of them goes away meanwhile, there is a newer set, and that is read. */
export async function loadIndex(source: IndexSource, signal: AbortSignal | undefined): Promise<LoadedIndex> {
  for (let attempt = 1; ; attempt += 1) {
    const files = await indexFiles(source.folder);
    const blobs = new BlobIndex();
    const lost = await readAll(source, files, blobs, signal);
    if (lost === undefined) {
      await source.memory?.keepOnly(files);
      return { files, blobs };
    }
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

interface FoundFile {
  readonly id: string;
  readonly sealed: Buffer | undefined;
  readonly known: IndexRows | undefined;
}

/** The first file that is not there any more; undefined if all were read. */
async function readAll(
  source: IndexSource,
  files: readonly string[],
  into: BlobIndex,
  signal: AbortSignal | undefined,
): Promise<string | undefined> {
  const find = async (id: string): Promise<FoundFile> => ({
    id,
    sealed: await source.folder.read('index', id),
    known: await source.memory?.read(id),
  });
  for (let from = 0; from < files.length; from += filesAtOnce) {
    for (const file of await inBatches(files.slice(from, from + filesAtOnce), filesAtOnce, find, signal)) {
      if (file.sealed === undefined) return file.id;
      checkName(nameOf('index', file.id), file.id, file.sealed);
      if (file.known === undefined) await parse(source, file.id, file.sealed, into);
      else into.addRows(file.known);
    }
  }
  return undefined;
}

async function parse({ key, memory }: IndexSource, id: string, sealed: Buffer, into: BlobIndex): Promise<void> {
  const what = nameOf('index', id);
  const document = await openDocument(what, key, sealed);
  if (memory === undefined) return addIndexFile(what, document, into);
  const alone = new BlobIndex();
  addIndexFile(what, document, alone);
  into.addRows(alone.rows);
  await memory.write(id, alone.rows);
}
