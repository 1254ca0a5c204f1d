import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdtemp, mkdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { Backend, SnapshotEntry } from '@umbracore/contracts';

const mostFiles = 20;
const mostBytes = 200 * 1024 * 1024;
/** Some room is left for the folder that it is restored into: systems know paths of 4096 bytes. */
const longestPath = 3500;

/** What a restore of some files showed. */
export interface Proof {
  readonly files: number;
  readonly bytes: number;
  /** Differ, although the source was not touched since the backup. */
  readonly different: readonly string[];
  /** Differ because the source was changed since. */
  readonly changed: readonly string[];
}

/**
 * Restores up to 20 files of a snapshot, spread over all of it, into a folder below `scratchDir`, compares each with its
 * source and removes the folder.
 */
export async function proveRestore(
  backend: Backend,
  snapshot: string,
  scratchDir: string,
  signal: AbortSignal,
): Promise<Proof> {
  const chosen = spread(await filesOf(backend, snapshot, signal));
  await mkdir(scratchDir, { recursive: true, mode: 0o700 });
  const target = await mkdtemp(join(scratchDir, 'proof-'));
  try {
    const include = chosen.map(({ path }) => path);
    const spec = { snapshot, target, include, exclude: [], overwrite: 'always', verify: false } as const;
    if (include.length > 0) await backend.restore(spec, { signal });
    return await compare(chosen, target);
  } finally {
    await rm(target, { recursive: true, force: true });
  }
}

async function filesOf(backend: Backend, snapshot: string, signal: AbortSignal): Promise<readonly SnapshotEntry[]> {
  const files: SnapshotEntry[] = [];
  for await (const entry of backend.list(snapshot, undefined, { signal })) {
    if (entry.type === 'file' && canBeNamed(entry.path)) files.push(entry);
  }
  return files;
}

/** A byte that is no UTF-8 is listed as a replacement character, and cannot be told any more. */
const canBeNamed = (path: string): boolean => !path.includes('\uFFFD') && Buffer.byteLength(path) <= longestPath;

/** Evenly spread over the list, as many as fit into the limits. */
export function spread(files: readonly SnapshotEntry[]): readonly SnapshotEntry[] {
  const step = Math.max(1, files.length / mostFiles);
  const chosen: SnapshotEntry[] = [];
  let bytes = 0;
  for (let place = 0; place < files.length && chosen.length < mostFiles; place += step) {
    const file = files[Math.floor(place)];
    if (file === undefined || bytes + file.size > mostBytes) continue;
    bytes += file.size;
    chosen.push(file);
  }
  return chosen;
}

async function compare(chosen: readonly SnapshotEntry[], target: string): Promise<Proof> {
  const different: string[] = [];
  const changed: string[] = [];
  for (const { path, modifiedAt } of chosen) {
    const restored = await digest(join(target, path));
    if (restored !== undefined && restored === (await digest(path))) continue;
    const now = await stat(path).catch(() => undefined);
    const touched = now === undefined || Math.abs(now.mtimeMs - modifiedAt) > 2;
    (touched && restored !== undefined ? changed : different).push(path);
  }
  const bytes = chosen.reduce((sum, { size }) => sum + size, 0);
  return { files: chosen.length, bytes, different, changed };
}

/** Undefined if the file cannot be read. */
async function digest(path: string): Promise<string | undefined> {
  const hash = createHash('sha256');
  try {
    await pipeline(createReadStream(path), hash);
    return hash.digest('hex');
  } catch {
    return undefined;
  }
}
