import { statSync } from 'node:fs';

/** What tells one content of a file from the next without reading it. */
export function fingerprintOf(files: readonly string[]): string {
  return files
    .map((file) => {
      const facts = statSync(file, { throwIfNoEntry: false });
      return facts === undefined
        ? 'absent'
        : `${facts.dev}:${facts.ino}:${facts.size}:${facts.mtimeMs}:${facts.ctimeMs}`;
    })
    .join(' ');
}

/** Files that are looked at again and again. */
export class WatchedFiles {
  #files: readonly string[];
  #seen: string;

  constructor(files: readonly string[]) {
    this.#files = files;
    this.#seen = fingerprintOf(files);
  }

  /** True once after each change. */
  haveChanged(): boolean {
    const now = fingerprintOf(this.#files);
    const changed = now !== this.#seen;
    this.#seen = now;
    return changed;
  }

  /** From now on these are looked at. */
  watch(files: readonly string[]): void {
    this.#files = files;
    this.#seen = fingerprintOf(files);
  }
}
