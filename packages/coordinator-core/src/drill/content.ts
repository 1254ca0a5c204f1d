import type { TreeEntry, TreeReader } from '@umbracore/contracts';

/** A piece of a file: its hash, and how long it is. */
export interface Piece {
  readonly hash: string;
  readonly bytes: number;
}

/** Looks up what the repository says a file consists of. */
export class ContentLookup {
  readonly #trees: TreeReader;
  readonly #snapshot: string;
  readonly #folders = new Map<string, ReturnType<TreeReader['read']>>();

  constructor(trees: TreeReader, snapshot: string) {
    this.#trees = trees;
    this.#snapshot = snapshot;
  }

  /** In order; undefined where nobody can tell. */
  async piecesOf(path: string, signal: AbortSignal): Promise<readonly Piece[] | undefined> {
    if (this.#trees.chunkHash !== 'sha256') return undefined;
    const steps = path.split('/').filter((step) => step !== '');
    const entry = await this.#find(await this.#trees.root(this.#snapshot, signal), steps, signal);
    return entry?.type === 'file' ? await this.#pieces(entry.content, signal) : undefined;
  }

  async #find(
    tree: string,
    [first, ...deeper]: readonly string[],
    signal: AbortSignal,
  ): Promise<TreeEntry | undefined> {
    const entry = (await this.#read(tree, signal)).find(({ name }) => name === first);
    if (deeper.length === 0 || entry?.subtree === undefined) return deeper.length === 0 ? entry : undefined;
    return await this.#find(entry.subtree, deeper, signal);
  }

  async #pieces(content: readonly string[], signal: AbortSignal): Promise<readonly Piece[] | undefined> {
    const pieces: Piece[] = [];
    for (const hash of content) {
      const bytes = await this.#trees.chunkBytes(hash, signal);
      if (bytes === undefined) return undefined;
      pieces.push({ hash, bytes });
    }
    return pieces;
  }

  #read(tree: string, signal: AbortSignal): ReturnType<TreeReader['read']> {
    const known = this.#folders.get(tree) ?? this.#trees.read(tree, signal);
    this.#folders.set(tree, known);
    return known;
  }
}
