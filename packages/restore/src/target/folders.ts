import { namesIn } from '../journal/moves.ts';
import type { HeldFolder } from './held-folder.ts';

/** Something by the folder that it is in and its name there. */
export interface Spot {
  readonly folder: HeldFolder;
  readonly name: Buffer;
}

/** Finds things below a folder, and keeps the folder of the last one open: neighbours mostly follow each other. */
export class Folders implements Disposable {
  readonly #root: HeldFolder;
  #path: string | undefined;
  #folder: HeldFolder | undefined;

  constructor(root: HeldFolder) {
    this.#root = root;
  }

  /** Throws what the system says of a folder that is not there. */
  spot(path: Buffer): Spot {
    const names = namesIn(path);
    const name = names.at(-1);
    if (name === undefined) return { folder: this.#root, name: Buffer.from('.') };
    const above = path.subarray(0, Math.max(0, path.length - name.length - 1)).toString('latin1');
    if (this.#folder === undefined || above !== this.#path) {
      this.#close();
      this.#folder = this.#root.descend(names.slice(0, -1));
      this.#path = above;
    }
    return { folder: this.#folder, name };
  }

  /** Undefined if the folder is not there any more. */
  find(path: Buffer): Spot | undefined {
    try {
      return this.spot(path);
    } catch (error) {
      if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
      throw error;
    }
  }

  #close(): void {
    this.#folder?.[Symbol.dispose]();
    this.#folder = undefined;
  }

  [Symbol.dispose](): void {
    this.#close();
    this.#root[Symbol.dispose]();
  }
}
