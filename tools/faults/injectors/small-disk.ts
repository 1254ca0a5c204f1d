import { execFileSync } from 'node:child_process';
import { closeSync, mkdirSync, mkdtempSync, openSync, rmSync, writeFileSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isHere, where } from './injector.ts';

const mount = (...args: string[]): void => void execFileSync('mount', args, { stdio: 'ignore' });

/** A disk of its own, which can be full. */
export interface SmallDisk extends Disposable {
  readonly folder: string;
  resize(size: string): void;
  makeReadOnly(): void;
  makeWritable(): void;
}

/** Mounts a file system of this size (`3m`), with room for so many files, on an empty folder until it is disposed. */
export function smallDisk(folder: string, size: string, { names }: { readonly names?: number } = {}): SmallDisk {
  const room = names === undefined ? `size=${size}` : `size=${size},nr_inodes=${names}`;
  mount('-t', 'tmpfs', '-o', `${room},mode=700`, 'tmpfs', folder);
  return {
    folder,
    resize: (to) => mount('-o', `remount,size=${to}`, folder),
    makeReadOnly: () => mount('-o', 'remount,ro', folder),
    makeWritable: () => mount('-o', 'remount,rw', folder),
    // Lazily, for a test that failed may have left a process inside.
    [Symbol.dispose]: () => void execFileSync('umount', ['--lazy', folder], { stdio: 'ignore' }),
  };
}

/** Leaves no room on a disk at this moment. */
export function fill({ folder }: SmallDisk): void {
  const file = openSync(join(folder, 'filling'), 'a');
  try {
    for (;;) writeSync(file, Buffer.alloc(4096));
  } catch {
    closeSync(file);
  }
}

/** Leaves room for bytes, and for not one more file, until disposed. */
export function takeNames({ folder }: SmallDisk): Disposable {
  const taken = join(folder, 'taken');
  mkdirSync(taken);
  try {
    for (let count = 0; ; count += 1) writeFileSync(join(taken, String(count)), '');
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOSPC')) throw error;
  }
  return { [Symbol.dispose]: () => rmSync(taken, { recursive: true }) };
}

/** Leaves no room on a disk until disposed: what others give back is taken as well. */
export function keepFull(disk: SmallDisk): Disposable {
  fill(disk);
  const filling = setInterval(() => fill(disk), 50);
  return {
    [Symbol.dispose]() {
      clearInterval(filling);
      rmSync(join(disk.folder, 'filling'), { force: true });
    },
  };
}

export const ownDisks = where('small disks', 'a disk is full, has no room for names, or is read-only (tmpfs)', () => {
  const folder = mkdtempSync(join(tmpdir(), 'umbra-mount-'));
  try {
    smallDisk(folder, '1m')[Symbol.dispose]();
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

/** Whether tests may mount here: as root, outside of most containers. */
export const canMount = isHere(ownDisks);
