import { execFile } from 'node:child_process';
import { close, constants, fsync, openSync } from 'node:fs';
import { promisify } from 'node:util';
import type { HeldFolder } from '../target/held-folder.ts';

const flushFile = promisify(fsync);
const closeFile = promisify(close);

/** So many files are flushed side by side: a journal of a file system takes them together. */
const atOnce = 32;
/** Of more files than this the whole file system is flushed by one call, where there is one. */
const mostFiles = 2000;

const here = Buffer.from('.');

/**
 * Makes durable what a tree holds, so that a loss of power leaves no empty files where old ones were replaced. What may not be
 * opened is left to the system.
 */
export async function flushTree(tree: HeldFolder, path: string, signal: AbortSignal | undefined): Promise<void> {
  let batch: number[] = [];
  let files = 0;
  const flushBatch = async (): Promise<void> => {
    const fds = batch;
    batch = [];
    await Promise.all(fds.map(flushOne));
    signal?.throwIfAborted();
  };
  for (const fd of opened(tree)) {
    files += 1;
    if (batch.push(fd) >= atOnce) await flushBatch();
    if (files === mostFiles && process.platform === 'linux' && (await flushFileSystem(path, signal))) break;
  }
  await flushBatch();
}

async function flushOne(fd: number): Promise<void> {
  try {
    await flushFile(fd);
  } finally {
    await closeFile(fd);
  }
}

/** Files, and folders behind what is in them. Whoever is given a descriptor closes it. */
function* opened(folder: HeldFolder): Generator<number> {
  for (const name of folder.names()) {
    const kind = folder.look(name);
    if (kind?.isDirectory() === true) {
      using child = folder.child(name);
      yield* opened(child);
    } else if (kind?.isFile() === true) {
      yield* openedAt(folder, name);
    }
  }
  yield* openedAt(folder, here);
}

function* openedAt(folder: HeldFolder, name: Buffer): Generator<number> {
  let fd: number;
  try {
    fd = openSync(folder.at(name), constants.O_RDONLY | constants.O_NOFOLLOW);
  } catch {
    return;
  }
  yield fd;
}

/** False where that cannot be had. */
async function flushFileSystem(path: string, signal: AbortSignal | undefined): Promise<boolean> {
  try {
    await promisify(execFile)('sync', ['-f', path], { signal });
    return true;
  } catch {
    signal?.throwIfAborted();
    return false;
  }
}
