import { statSync } from 'node:fs';

/** What tells one content of a file or folder from the next without reading it. */
function fingerprintOf(file: string): string {
  try {
    const { dev, ino, size, mtimeMs, ctimeMs } = statSync(file);
    return `${dev}:${ino}:${size}:${mtimeMs}:${ctimeMs}`;
  } catch {
    return 'absent';
  }
}

/** Files that are looked at again and again. */
export class WatchedFiles {
  #seen = new Map<string, string>();

  /** True if one of them is not as it was when it was looked at last. */
  haveChanged(): boolean {
    return [...this.#seen].some(([file, fingerprint]) => fingerprintOf(file) !== fingerprint);
  }

  /** What they are now counts as seen. */
  look(): void {
    for (const file of this.#seen.keys()) this.#seen.set(file, fingerprintOf(file));
  }

  /** These are looked at from now on; one that was before counts as it was seen last. */
  watch(files: readonly string[]): void {
    this.#seen = new Map(files.map((file) => [file, this.#seen.get(file) ?? fingerprintOf(file)]));
  }
}
