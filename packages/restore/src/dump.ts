import { createWriteStream, linkSync, lstatSync, unlinkSync } from 'node:fs';
import { basename, dirname, join, posix } from 'node:path';
import { once } from 'node:events';
import { UmbraError, type ArchiveFormat, type Backend, type Operation, type Snapshot } from '@umbracore/contracts';
import { candidatePaths, entriesBelow, isIllegible } from './plan/places.ts';

/** Something of a snapshot that is written as one stream. */
export interface Dump {
  readonly snapshot: string;
  /** Absolute, inside the snapshot. */
  readonly path: string;
  /** Undefined for a file as it is. */
  readonly archive: ArchiveFormat | undefined;
  /** What a file with it would be called. */
  readonly fileName: string;
}

export type Sink = (chunk: Uint8Array) => void | Promise<void>;

/** A folder becomes a tar archive, unless another one is wanted. Throws `snapshot.absent`, `usage.invalid`. */
export async function planDump(
  backend: Backend,
  snapshot: Snapshot,
  { path = '/', archive }: { readonly path?: string | undefined; readonly archive?: ArchiveFormat | undefined },
  operation: Operation,
): Promise<Dump> {
  const found = await kindAt(backend, snapshot, path, operation);
  if (found === undefined) {
    throw new UmbraError('snapshot.absent', `the snapshot ${snapshot.shortId} has no ${path}`, {
      hint: `See what it has: umbra ls ${snapshot.shortId}`,
    });
  }
  if (isIllegible(found.path)) {
    throw new UmbraError(
      'backend.unsupported',
      `${found.path} is no UTF-8, and cannot be dumped by what is legible of it`,
      {
        hint: 'Restore it, or dump the folder above it as an archive.',
      },
    );
  }
  const name = found.path === '/' ? snapshot.shortId : posix.basename(found.path);
  if (found.isFolder) {
    const format = archive ?? 'tar';
    return { snapshot: snapshot.id, path: found.path, archive: format, fileName: `${name}.${format}` };
  }
  if (archive === undefined) return { snapshot: snapshot.id, path: found.path, archive, fileName: name };
  throw new UmbraError('usage.invalid', `${found.path} is one file, which needs no archive`, {
    hint: 'Leave out --archive, or name its folder.',
  });
}

interface Found {
  readonly path: string;
  readonly isFolder: boolean;
}

/** The first entry of a listing tells: it is the thing itself, or something in it. */
async function kindAt(
  backend: Backend,
  snapshot: Snapshot,
  wanted: string,
  operation: Operation,
): Promise<Found | undefined> {
  for (const path of candidatePaths(wanted, snapshot.paths)) {
    for await (const entry of entriesBelow(backend, snapshot.id, path, operation)) {
      if (entry.path !== path || entry.type === 'dir') return { path, isFolder: true };
      if (entry.type === 'file') return { path, isFolder: false };
      throw new UmbraError('usage.invalid', `${path} is a ${entry.type}, which has no content`, {
        hint: 'Name a file or a folder, or restore it.',
      });
    }
  }
  return undefined;
}

export const writeDump = (backend: Backend, { snapshot, path, archive }: Dump, sink: Sink, operation: Operation) =>
  backend.dump(snapshot, path, sink, { ...operation, archive });

/** Writes it into a file that appears when it is whole. Gives its size. Throws `restore.target` if there is one already. */
export async function dumpToFile(backend: Backend, dump: Dump, file: string, operation: Operation): Promise<number> {
  // Asked first, for a dump may take hours; the link at its end lets nothing be replaced either.
  if (lstatSync(file, { throwIfNoEntry: false }) !== undefined) throw cannotWrite(file, 'it is there already');
  const partial = join(dirname(file), `.${basename(file)}.${process.pid}.part`);
  const stream = createWriteStream(partial, { flags: 'wx', mode: 0o600, flush: true });
  try {
    await once(stream, 'open');
    await writeDump(backend, dump, intoStream(stream), operation);
    stream.end();
    await once(stream, 'close');
    linkSync(partial, file);
  } catch (error) {
    if (!(error instanceof Error) || !('syscall' in error)) throw error;
    throw cannotWrite(file, error.message, error);
  } finally {
    stream.destroy();
    removePartial(partial);
  }
  return stream.bytesWritten;
}

const cannotWrite = (file: string, why: string, cause?: Error): UmbraError =>
  new UmbraError('restore.target', `Cannot write ${file}: ${why}`, {
    hint: 'Choose a name that is free, in a folder that can be written.',
    cause,
  });

function removePartial(partial: string): void {
  try {
    unlinkSync(partial);
  } catch {
    // It was never made.
  }
}

/** Waits for a slow stream, and throws what it fails with. */
export function intoStream(stream: NodeJS.WritableStream): Sink {
  let failure: Error | undefined;
  stream.on('error', (error: Error) => (failure ??= error));
  return async (chunk) => {
    if (failure === undefined && !stream.write(chunk)) await once(stream, 'drain').catch(() => undefined);
    if (failure !== undefined) throw failure;
  };
}
