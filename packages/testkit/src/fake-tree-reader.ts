import { UmbraError, type TreeEntry, type TreeReader } from '@umbracore/contracts';
import { createHash } from 'node:crypto';
import type { SavedEntry } from './fake-tree.ts';

type Saved = ReadonlyMap<string, SavedEntry>;

/** Trees over what a fake has saved. A file is one chunk; folders above the sources have no attributes. */
export function fakeTreeReader(saved: (snapshot: string) => Saved): TreeReader {
  const trees = new Map<string, readonly TreeEntry[]>();
  const chunks = new Map<string, number>();
  return {
    chunkHash: 'sha256',
    root: async (snapshot) => plant(folderOf(saved(snapshot)), trees, chunks),
    async read(tree) {
      const entries = trees.get(tree);
      if (entries !== undefined) return entries;
      throw new UmbraError('repository.changed', `there is no tree ${tree}`);
    },
    chunkBytes: async (chunk) => chunks.get(chunk),
    async [Symbol.asyncDispose]() {},
  };
}

interface Folder {
  saved: SavedEntry | undefined;
  readonly inside: Map<string, Folder>;
}

const emptyFolder = (): Folder => ({ saved: undefined, inside: new Map() });

function folderOf(saved: Saved): Folder {
  const root = emptyFolder();
  for (const [path, entry] of saved) {
    let folder = root;
    for (const name of path.split('/').filter((step) => step !== '')) {
      const next = folder.inside.get(name) ?? emptyFolder();
      folder.inside.set(name, next);
      folder = next;
    }
    folder.saved = entry;
  }
  return root;
}

/** Gives the id of the folder's tree, which is then among the trees with everything below it. */
function plant(folder: Folder, trees: Map<string, readonly TreeEntry[]>, chunks: Map<string, number>): string {
  const entries = [...folder.inside].map(([name, { saved, inside }]): TreeEntry => {
    const { path: _, ...attributes } = saved?.entry ?? aboveSources;
    const isFolder = attributes.type === 'dir';
    const subtree = isFolder ? plant({ saved, inside }, trees, chunks) : undefined;
    const content = attributes.type === 'file' && saved !== undefined ? chunksOf(saved.content, chunks) : [];
    return { name, ...attributes, subtree, content };
  });
  const id = hash(JSON.stringify(entries));
  trees.set(id, entries);
  return id;
}

const aboveSources = { path: '', type: 'dir', size: 0, modifiedAt: 0, mode: 0o755, uid: 0, gid: 0 } as const;

function chunksOf(content: Uint8Array, chunks: Map<string, number>): readonly string[] {
  if (content.length === 0) return [];
  const id = hash(content);
  chunks.set(id, content.length);
  return [id];
}

const hash = (content: string | Uint8Array): string => createHash('sha256').update(content).digest('hex');
