import { reasonOf, type BackupSpec, type SnapshotEntry, type UnreadableItem } from '@umbracore/contracts';
import {
  chmod,
  lstat,
  lutimes,
  mkdir,
  readFile,
  readdir,
  readlink,
  rm,
  stat,
  symlink,
  utimes,
  writeFile,
} from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

/** A saved file, folder or link. `content` is the target of a link. */
export interface SavedEntry {
  readonly entry: SnapshotEntry;
  readonly content: Uint8Array;
}

export interface ReadTree {
  readonly saved: ReadonlyMap<string, SavedEntry>;
  readonly unreadable: readonly UnreadableItem[];
}

export interface TreeReading {
  readonly spec: Pick<BackupSpec, 'sources' | 'excludes'>;
  /** Why a path is to count as unreadable. */
  readonly refused: (path: string) => string | undefined;
  /** Called before each entry; throws to stop. */
  readonly before: (path: string) => Promise<void> | void;
}

/** Reads sources from the disk, in name order. Excludes are plain names of files or folders, no patterns. */
export async function readTree(reading: TreeReading): Promise<ReadTree> {
  const saved = new Map<string, SavedEntry>();
  const unreadable: UnreadableItem[] = [];
  const visit = async (path: string): Promise<void> => {
    await reading.before(path);
    if (reading.spec.excludes.includes(basename(path))) return;
    const reason = reading.refused(path);
    const read = reason === undefined ? await readEntry(path).catch(reasonOf) : reason;
    if (typeof read === 'string') {
      unreadable.push({ path, reason: read });
      return;
    }
    saved.set(path, read.saved);
    for (const name of read.names) await visit(join(path, name));
  };
  for (const source of reading.spec.sources) await visit(source);
  return { saved, unreadable };
}

async function readEntry(path: string): Promise<{ saved: SavedEntry; names: readonly string[] }> {
  const facts = await lstat(path);
  const entry = {
    path,
    modifiedAt: Math.trunc(facts.mtimeMs),
    mode: facts.mode & 0o7777,
    uid: facts.uid,
    gid: facts.gid,
    size: 0,
  };
  if (facts.isDirectory()) {
    const names = (await readdir(path)).sort();
    return { saved: { entry: { ...entry, type: 'dir' }, content: new Uint8Array() }, names };
  }
  if (facts.isSymbolicLink()) {
    const content = await readlink(path, 'buffer');
    return { saved: { entry: { ...entry, type: 'symlink' }, content }, names: [] };
  }
  const content = await readFile(path);
  return { saved: { entry: { ...entry, type: 'file', size: content.length }, content }, names: [] };
}

/** Writes one entry below `target` under its full path. */
export async function writeEntry(target: string, { entry, content }: SavedEntry): Promise<void> {
  const path = join(target, entry.path);
  if (entry.type === 'dir') {
    await mkdir(path, { recursive: true });
    return;
  }
  await mkdir(dirname(path), { recursive: true });
  await rm(path, { force: true });
  if (entry.type === 'symlink') {
    await symlink(Buffer.from(content), path);
    await lutimes(path, entry.modifiedAt / 1000, entry.modifiedAt / 1000);
    return;
  }
  await writeFile(path, content, { mode: entry.mode });
  await utimes(path, entry.modifiedAt / 1000, entry.modifiedAt / 1000);
}

/** Gives a folder that was written its rights and times, when nothing more is to come into it. */
export async function finishFolder(target: string, { entry }: SavedEntry): Promise<void> {
  const path = join(target, entry.path);
  await chmod(path, entry.mode);
  await utimes(path, entry.modifiedAt / 1000, entry.modifiedAt / 1000);
}

/** What is at a path of the disk: enough to decide whether to overwrite it. */
export async function presentAt(path: string): Promise<{ modifiedAt: number; size: number } | undefined> {
  try {
    const facts = await stat(path);
    return { modifiedAt: Math.trunc(facts.mtimeMs), size: facts.size };
  } catch {
    return undefined;
  }
}
