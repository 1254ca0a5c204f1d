import type { TreeReader } from '@umbracore/contracts';
import type { ResticRepository } from '../repository.ts';
import { sealBytes } from '../crypto/sealing-key.ts';
import { treeEntries } from './tree-entries.ts';

/** A repository as every backend gives its trees. Disposing it closes the repository. */
export const treeReader = (repository: ResticRepository): TreeReader => ({
  chunkHash: 'sha256',

  async root(snapshot) {
    return (await repository.snapshot(snapshot)).tree;
  },

  async read(tree, signal) {
    return treeEntries(tree, await repository.treeBytes(tree, signal));
  },

  async chunkBytes(chunk, signal) {
    const [place] = (await repository.index(signal)).blobs.places('data', chunk);
    return place && (place.plainLength ?? place.length - sealBytes);
  },

  [Symbol.asyncDispose]: () => repository[Symbol.asyncDispose](),
});
