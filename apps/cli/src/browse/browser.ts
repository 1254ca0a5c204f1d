import { posix } from 'node:path';
import type { SnapshotEntry } from '@umbracore/contracts';

/** Reads one folder of the snapshot. */
export type ReadFolder = (path: string) => Promise<readonly SnapshotEntry[]>;

/** What a key does; everything else is a letter of the filter, if one is being typed. */
export type Key =
  'up' | 'down' | 'page-up' | 'page-down' | 'open' | 'back' | 'mark' | 'filter' | 'erase' | 'versions' | 'quit';

/** What is told of the versions of a path, line by line. */
export type TellVersions = (path: string) => readonly string[];

/** A walk through a snapshot: where one is, what is marked, what is filtered. Knows nothing of terminals. */
export class Browser {
  readonly #read: ReadFolder;
  readonly #versionsOf: TellVersions;
  readonly #marked = new Map<string, SnapshotEntry>();
  /** Where one was in the folders above. */
  readonly #places = new Map<string, number>();
  #entries: readonly SnapshotEntry[] = [];
  folder: string;
  /** Place among the shown entries, from 0. */
  at = 0;
  /** Undefined unless it is being typed or set. */
  filter: string | undefined;
  isTyping = false;
  /** Is shown in place of the folder until the next key. */
  note: readonly string[] | undefined;

  constructor(read: ReadFolder, versionsOf: TellVersions, folder: string) {
    this.#read = read;
    this.#versionsOf = versionsOf;
    this.folder = folder;
  }

  async enter(folder: string): Promise<void> {
    this.#places.set(this.folder, this.at);
    const entries = await this.#read(folder);
    this.#entries = entries.toSorted(foldersFirst);
    this.folder = folder;
    this.filter = undefined;
    this.at = Math.min(this.#places.get(folder) ?? 0, Math.max(0, entries.length - 1));
  }

  get shown(): readonly SnapshotEntry[] {
    const wanted = this.filter?.toLowerCase() ?? '';
    return this.#entries.filter(({ path }) => posix.basename(path).toLowerCase().includes(wanted));
  }

  get marked(): readonly SnapshotEntry[] {
    return [...this.#marked.values()];
  }

  isMarked({ path }: SnapshotEntry): boolean {
    return this.#marked.has(path);
  }

  /** False when it is over. */
  async press(key: Key, pageSize: number): Promise<boolean> {
    const entry = this.shown[this.at];
    this.note = key === 'versions' && entry !== undefined ? this.#versionsOf(entry.path) : undefined;
    switch (key) {
      case 'up':
        return this.#move(-1);
      case 'down':
        return this.#move(1);
      case 'page-up':
        return this.#move(-pageSize);
      case 'page-down':
        return this.#move(pageSize);
      case 'open':
        await this.#open();
        return true;
      case 'back':
        await this.#back();
        return true;
      case 'mark':
        return this.#mark();
      case 'filter':
        this.isTyping = true;
        this.filter ??= '';
        return true;
      case 'erase':
        this.type((this.filter ?? '').slice(0, -1));
        return true;
      case 'versions':
        return true;
      case 'quit':
        return false;
    }
  }

  /** Sets the text of the filter. */
  type(text: string): void {
    this.filter = text;
    this.at = 0;
  }

  #move(by: number): true {
    this.at = Math.max(0, Math.min(this.shown.length - 1, this.at + by));
    return true;
  }

  /** While a filter is typed, it ends that. */
  async #open(): Promise<void> {
    this.isTyping = false;
    const entry = this.shown[this.at];
    if (entry?.type === 'dir') await this.enter(entry.path);
  }

  async #back(): Promise<void> {
    if (this.filter !== undefined) {
      this.isTyping = false;
      this.filter = undefined;
    } else if (this.folder !== '/') await this.enter(posix.dirname(this.folder));
  }

  #mark(): true {
    const entry = this.shown[this.at];
    if (entry === undefined) return true;
    if (!this.#marked.delete(entry.path)) this.#marked.set(entry.path, entry);
    return this.#move(1);
  }
}

const foldersFirst = (one: SnapshotEntry, other: SnapshotEntry): number =>
  Number(other.type === 'dir') - Number(one.type === 'dir');
