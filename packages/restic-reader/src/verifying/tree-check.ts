import { isUmbraError } from '@umbracore/contracts';
import { parseReferences, type References } from '../documents/tree-references.ts';
import { throwIfAborted } from '../problems.ts';
import type { BlobIndex } from '../reading/blob-index.ts';
import type { ResticRepository } from '../repository.ts';
import type { IdSet } from './id-set.ts';

/** So many are read at the same time: each is small. */
const treesAtOnce = 16;

/**
 * Reads all trees below some roots that are not in `known` yet, and looks whether everything they name is in the index. Adds
 * them to `known`, which is of use to nobody if a problem was found.
 */
export class TreeCheck {
  readonly problems: string[] = [];
  /** Trees that were read. */
  read = 0;
  readonly #repository: ResticRepository;
  readonly #index: BlobIndex;
  readonly #known: IdSet;
  readonly #signal: AbortSignal | undefined;

  constructor(repository: ResticRepository, index: BlobIndex, known: IdSet, signal: AbortSignal | undefined) {
    this.#repository = repository;
    this.#index = index;
    this.#known = known;
    this.#signal = signal;
  }

  /** `each` is called now and then, with how many were read so far. */
  async below(roots: readonly string[], each: (read: number) => void): Promise<void> {
    const open = roots.filter((root) => this.#known.add(root));
    while (open.length > 0) {
      throwIfAborted(this.#signal);
      const ids = open.splice(-treesAtOnce);
      const trees = await Promise.all(ids.map((id) => this.#load(id)));
      this.read += ids.length;
      for (const [at, nodes] of trees.entries()) {
        for (const subtree of this.#look(ids[at] ?? '', nodes)) if (this.#known.add(subtree)) open.push(subtree);
      }
      each(this.read);
    }
  }

  async #load(id: string): Promise<readonly References[]> {
    try {
      return parseReferences(id, await this.#repository.blob('tree', id, this.#signal));
    } catch (error) {
      if (!isUmbraError(error) || !isFinding(error.code)) throw error;
      this.problems.push(error.message);
      return [];
    }
  }

  /** The folders in a tree. */
  #look(id: string, nodes: readonly References[]): readonly string[] {
    const subtrees: string[] = [];
    for (const { name, content, subtree } of nodes) {
      if (subtree !== undefined) subtrees.push(subtree);
      for (const blob of content) {
        if (this.#index.has('data', blob)) continue;
        this.problems.push(`The file "${name}" in tree ${id} needs blob ${blob}, which is in no index`);
      }
    }
    return subtrees;
  }
}

/** What is wrong with the repository, or looks like it while others change it. */
const isFinding = (code: string): boolean => code === 'repository.damaged' || code === 'repository.changed';
