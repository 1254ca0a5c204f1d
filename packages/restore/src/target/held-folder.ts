import {
  chmodSync,
  closeSync,
  constants,
  fstatSync,
  fsyncSync,
  lstatSync,
  openSync,
  readdirSync,
  statSync,
  utimesSync,
} from 'node:fs';
import type { BigIntStats } from 'node:fs';
import { UmbraError } from '@umbracore/contracts';

/** Linux: a folder can be held without the right to list it. */
const pathOnly = process.platform === 'linux' ? 0o10000000 : 0;
const slash = Buffer.from('/');

/**
 * A folder that is held open, so that what is done in it is done in this one, wherever its path may lead by now. Names are
 * bytes: not all are UTF-8.
 */
export class HeldFolder implements Disposable {
  readonly #fd: number;
  /** The path by which it was opened. */
  readonly #path: Buffer;

  private constructor(fd: number, path: Buffer) {
    this.#fd = fd;
    this.#path = path;
  }

  /** Follows links in the path, but for the last part if `follow` is false. */
  static open(path: string | Buffer, { follow = true }: { readonly follow?: boolean } = {}): HeldFolder {
    const bytes = Buffer.from(path);
    return new HeldFolder(openFolder(bytes, follow), bytes);
  }

  /** A folder in this one. Throws `restore.target` for anything else, links to folders too. */
  child(name: Buffer): HeldFolder {
    const shown = Buffer.concat([this.#path, slash, name]);
    try {
      return new HeldFolder(openFolder(this.at(name), false), shown);
    } catch (error) {
      if (!(error instanceof Error) || !('code' in error) || (error.code !== 'ELOOP' && error.code !== 'ENOTDIR')) {
        throw error;
      }
      throw new UmbraError('restore.target', `${String(shown)} is no folder, and links are not followed`, {
        hint: 'Move it away, or restore into a new folder with --to.',
        cause: error,
      });
    }
  }

  /** The folder at a path below this one. The caller disposes it. */
  descend(names: readonly Buffer[]): HeldFolder {
    let folder = HeldFolder.open(this.at(Buffer.from('.')));
    for (const name of names) {
      using above = folder;
      folder = above.child(name);
    }
    return folder;
  }

  /** A path for one call of the system, that names something in this folder. */
  at(name: Buffer): Buffer {
    if (process.platform === 'linux') return Buffer.concat([Buffer.from(`/proc/self/fd/${this.#fd}/`), name]);
    // There is no such path elsewhere: it is made sure that the folder is still where it was.
    const [held, found] = [fstatSync(this.#fd, { bigint: true }), lstatSync(this.#path, { bigint: true })];
    if (held.ino !== found.ino || held.dev !== found.dev) {
      throw new UmbraError('restore.target', `${String(this.#path)} was moved away during the restore`);
    }
    return Buffer.concat([this.#path, slash, name]);
  }

  /**
   * A path by which another process of this user gets into this folder too, while it is held: whoever may rename what lies on the
   * usual way there could else send it elsewhere.
   */
  pathForOthers(name: string): string {
    const way = `/proc/${process.pid}/fd/${this.#fd}`;
    const leadsHere = process.platform === 'linux' && isSameFolder(way, this.facts());
    return `${leadsHere ? way : String(this.#path)}/${name}`;
  }

  /** What is there under a name; links are not followed. */
  look(name: Buffer): BigIntStats | undefined {
    return lstatSync(this.at(name), { bigint: true, throwIfNoEntry: false });
  }

  names(): readonly Buffer[] {
    return readdirSync(this.at(Buffer.from('.')), { encoding: 'buffer' });
  }

  facts(): BigIntStats {
    return fstatSync(this.#fd, { bigint: true });
  }

  /** Gives its owner the right to change what is in it, as the folder of a snapshot need not. */
  allowChanges(): void {
    const mode = Number(this.facts().mode & 0o7777n);
    if ((mode & 0o700) !== 0o700) chmodSync(this.at(Buffer.from('.')), mode | 0o700);
  }

  /** The same for the length of `change`, after which rights and times are as they were. */
  allowChangesFor(change: () => void): void {
    const { mode, atimeNs, mtimeNs } = this.facts();
    const path = this.at(Buffer.from('.'));
    this.allowChanges();
    try {
      change();
    } finally {
      chmodSync(path, Number(mode & 0o7777n));
      utimesSync(path, Number(atimeNs) / 1e9, Number(mtimeNs) / 1e9);
    }
  }

  /** Makes durable what was renamed in it. */
  sync(): void {
    const fd = openSync(this.at(Buffer.from('.')), constants.O_RDONLY);
    try {
      fsyncSync(fd);
    } finally {
      closeSync(fd);
    }
  }

  [Symbol.dispose](): void {
    closeSync(this.#fd);
  }
}

function isSameFolder(path: string, { ino, dev }: BigIntStats): boolean {
  const found = statSync(`${path}/.`, { bigint: true, throwIfNoEntry: false });
  return found?.ino === ino && found.dev === dev;
}

function openFolder(path: Buffer, follow: boolean): number {
  const flags = constants.O_RDONLY | constants.O_DIRECTORY | pathOnly | (follow ? 0 : constants.O_NOFOLLOW);
  return openSync(path, flags);
}
