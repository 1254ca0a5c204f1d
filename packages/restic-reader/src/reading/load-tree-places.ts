import type { SealingKey } from '../crypto/sealing-key.ts';
import { addIndexFile } from '../documents/index-file.ts';
import { checkName } from '../documents/hashed-name.ts';
import { openDocument } from '../documents/sealed-file.ts';
import { nameOf, throwIfAborted } from '../problems.ts';
import type { RepositoryFolder } from '../storage/folder.ts';
import { indexFiles } from './load-index.ts';
import { readTreeMemory, writeTreeMemory } from './tree-memory.ts';
import { TreePlaces, TreeRowsBuilder, type TreeRows } from './tree-places.ts';

export interface TreeSource {
  readonly folder: RepositoryFolder;
  readonly key: SealingKey;
  /** Id of the repository: another one may lie in the same place later. */
  readonly repository: string;
  /** Where it is kept what index files say of trees. */
  readonly file: string;
}

/**
 * Where trees lie, by the index files that are there. Only those are read that were not there the last time. One that goes away
 * meanwhile is left out: what it names is looked for in the whole index.
 */
export async function loadTreePlaces(source: TreeSource, signal: AbortSignal | undefined): Promise<TreePlaces> {
  const known = await readTreeMemory(source.file, source.repository);
  const current = new Map<string, TreeRows>();
  for (const id of await indexFiles(source.folder)) {
    throwIfAborted(signal);
    const rows = known.get(id) ?? (await readRows(source, id));
    if (rows !== undefined) current.set(id, rows);
  }
  const isSame = current.size === known.size && [...current.keys()].every((id) => known.has(id));
  // Where it cannot be kept, it is found out again the next time.
  if (!isSame) await writeTreeMemory(source.file, source.repository, current).catch(() => undefined);
  return new TreePlaces(current.values());
}

async function readRows({ folder, key }: TreeSource, id: string): Promise<TreeRows | undefined> {
  const what = nameOf('index', id);
  const sealed = await folder.read('index', id);
  if (sealed === undefined) return undefined;
  checkName(what, id, sealed);
  const builder = new TreeRowsBuilder();
  addIndexFile(what, await openDocument(what, key, sealed), builder);
  return builder.result;
}
