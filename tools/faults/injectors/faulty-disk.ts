import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { constants, tmpdir } from 'node:os';
import { join } from 'node:path';
import { compiled } from './compiled.ts';
import { isHere, where } from './injector.ts';

const source = join(import.meta.dirname, 'faulty-disk.c');

/** What is asked of a disk. `cut` is the length of a file, `look` is asked before nearly everything, `make` for all that is new. */
export type DiskCall = 'read' | 'write' | 'cut' | 'sync' | 'open' | 'make' | 'remove' | 'rename' | 'list' | 'look';

/** From which call on, how many of them, on what, and what happens to them. */
export interface DiskFault {
  readonly call: DiskCall;
  /** In the path from the folder of the disk on. */
  readonly path?: string;
  readonly first?: number;
  readonly count?: number;
  readonly what: 'EIO' | 'ENOSPC' | 'EROFS' | 'ESTALE' | 'EACCES' | 'halve' | { readonly lateMs: number };
}

/** A disk of its own for any program, told by file what becomes of what is asked of it: also while it is in use. */
export class FaultyDisk implements Disposable {
  readonly folder: string;
  readonly #control: string;
  readonly #place: string;
  #generation = 0;

  /** Mounted on an empty folder until it is disposed. What is on it is elsewhere: in no folder of the test. */
  constructor(folder: string) {
    this.folder = folder;
    this.#place = mkdtempSync(join(tmpdir(), 'umbra-faulty-'));
    this.#control = join(this.#place, 'control');
    mkdirSync(join(this.#place, 'files'), { mode: 0o700 });
    this.heal();
    try {
      const args = [folder, join(this.#place, 'files'), this.#control, String(process.pid)];
      execFileSync(compiled(source), args, { env: {}, stdio: ['ignore', 'ignore', 'pipe'] });
    } catch (error) {
      rmSync(this.#place, { recursive: true, force: true });
      throw error;
    }
  }

  /** Counting begins anew. */
  set({ call, path = '', first = 1, count = 1_000_000_000, what }: DiskFault): void {
    if (typeof what === 'object') this.#tell(`late ${first} ${count} ${what.lateMs} ${call} ${path}`);
    else if (what === 'halve') this.#tell(`halve ${first} ${count} 0 ${call} ${path}`);
    else this.#tell(`fail ${first} ${count} ${constants.errno[what]} ${call} ${path}`);
  }

  /** Nothing happens to any call. */
  heal(): void {
    this.#tell('none 0 0 0 none');
  }

  /** Calls of the kind that was set, so far. */
  get count(): number {
    const file = `${this.#control}.count`;
    return existsSync(file) ? Number.parseInt(readFileSync(file, 'utf8'), 10) : 0;
  }

  #tell(text: string): void {
    rmSync(`${this.#control}.count`, { force: true });
    writeFileSync(`${this.#control}.new`, `${(this.#generation += 1)} ${text}\n`);
    renameSync(`${this.#control}.new`, this.#control);
  }

  [Symbol.dispose](): void {
    // Lazily, for a test that failed may have left a process inside.
    spawnSync('umount', ['--lazy', this.folder]);
    rmSync(this.#place, { recursive: true, force: true });
  }
}

export const faultyDisks = where(
  'faulty disk',
  'what is asked of a file system fails, is done by halves, or is late, for any program (FUSE)',
  () => {
    const place = mkdtempSync(join(tmpdir(), 'umbra-mount-'));
    try {
      using disk = new FaultyDisk(place);
      disk.set({ call: 'make', what: 'EROFS' });
      try {
        writeFileSync(join(place, 'file'), '');
      } catch (error) {
        if (error instanceof Error && 'code' in error && error.code === 'EROFS') return;
        throw error;
      }
      throw new Error('a file system of FUSE does not fail as it is told');
    } finally {
      rmSync(place, { recursive: true, force: true });
    }
  },
);

export const hasFaultyDisks = isHere(faultyDisks);
