import {
  reasonOf,
  UmbraError,
  unknownProgress,
  unreadableLimit,
  type BackupResult,
  type BackupSpec,
  type BackupStats,
  type Clock,
  type Operation,
  type OverwriteMode,
  type RestoreResult,
  type RestoreSpec,
  type Snapshot,
  type SnapshotEntry,
  type UnreadableItem,
} from '@umbracore/contracts';
import { join } from 'node:path';
import { isBelow } from './fake-queries.ts';
import { throwIfCancelled } from './fake-script.ts';
import type { FakeStorage } from './fake-storage.ts';
import { readOutput } from './fake-output.ts';
import { finishFolder, type ReadTree, type SavedEntry, presentAt, readTree, writeEntry } from './fake-tree.ts';

type Tree = ReadonlyMap<string, SavedEntry>;

export interface FakeBackup {
  readonly spec: BackupSpec;
  readonly operation: Operation;
  readonly signal: AbortSignal;
  readonly unreadable: ReadonlyMap<string, string>;
}

export async function runBackup(storage: FakeStorage, clock: Clock, backup: FakeBackup): Promise<BackupResult> {
  const { spec, operation, signal } = backup;
  const startedAt = clock.now();
  operation.report?.({ ...unknownProgress, phase: 'scanning' });
  const read =
    spec.output === undefined
      ? await readTree({
          spec,
          refused: (path) => backup.unreadable.get(path),
          before: () => throwIfCancelled(signal),
        })
      : await readOutput(spec.sources[0] ?? '', spec.output, { at: startedAt, signal });
  throwIfCancelled(signal);
  if (spec.sources.every((source) => !read.saved.has(source))) {
    throw new UmbraError('source.missing', 'none of the sources could be read', { context: { sources: spec.sources } });
  }
  reportEach(read, operation);
  const parent = parentOf(storage, spec);
  const stats = statsOf(read.saved, parent && storage.get(parent.id).tree);
  const snapshot = newSnapshot(spec, startedAt, clock.now(), parent?.id, stats);
  const unchanged = skips(spec) && parent !== undefined && isSame(read.saved, storage.get(parent.id).tree);
  return {
    snapshot: spec.dryRun || unchanged ? undefined : storage.keep({ snapshot, tree: read.saved }),
    unchanged,
    stats: { ...stats, durationMs: clock.now() - startedAt },
    unreadable: read.unreadable.slice(0, unreadableLimit),
    unreadableCount: read.unreadable.length,
    complete: read.unreadable.length === 0,
    exitLost: false,
  };
}

function reportEach({ saved, unreadable }: ReadTree, { report }: Operation): void {
  const files = filesOf(saved);
  const bytesTotal = files.reduce((sum, { entry }) => sum + entry.size, 0);
  const base = { ...unknownProgress, filesTotal: files.length, bytesTotal, errorCount: unreadable.length };
  let bytesProcessed = 0;
  for (const [index, { entry }] of files.entries()) {
    bytesProcessed += entry.size;
    const percentage = bytesTotal === 0 ? 100 : (100 * bytesProcessed) / bytesTotal;
    const currentFiles = [entry.path];
    report?.({ ...base, phase: 'uploading', percentage, filesProcessed: index + 1, bytesProcessed, currentFiles });
  }
  report?.({ ...base, phase: 'done', percentage: 100, filesProcessed: files.length, bytesProcessed });
}

const skips = ({ skipIfUnchanged, dryRun, force }: BackupSpec): boolean =>
  skipIfUnchanged === true && !dryRun && !force;

const isSame = (saved: Tree, before: Tree): boolean =>
  saved.size === before.size &&
  [...saved].every(
    ([path, { content }]) => Buffer.compare(before.get(path)?.content ?? Buffer.alloc(0), content) === 0,
  );

function parentOf(storage: FakeStorage, spec: BackupSpec): Snapshot | undefined {
  if (spec.parent !== undefined) return storage.get(spec.parent).snapshot;
  return storage.select({ host: spec.host }).findLast(({ paths }) => paths.join('\0') === spec.sources.join('\0'));
}

function statsOf(saved: Tree, parent: Tree | undefined): Omit<BackupStats, 'durationMs'> {
  const files = filesOf(saved);
  const kinds = files.map((file) => {
    const before = parent?.get(file.entry.path);
    if (!before) return { kind: 'new', bytes: file.entry.size };
    const same = Buffer.compare(before.content, file.content) === 0;
    return same ? { kind: 'unmodified', bytes: 0 } : { kind: 'changed', bytes: file.entry.size };
  });
  const count = (wanted: string) => kinds.filter(({ kind }) => kind === wanted).length;
  return {
    filesNew: count('new'),
    filesChanged: count('changed'),
    filesUnmodified: count('unmodified'),
    filesProcessed: files.length,
    bytesProcessed: files.reduce((sum, { entry }) => sum + entry.size, 0),
    bytesAdded: kinds.reduce((sum, { bytes }) => sum + bytes, 0),
    bytesStored: undefined,
  };
}

function newSnapshot(
  spec: BackupSpec,
  startedAt: number,
  finishedAt: number,
  parent: string | undefined,
  stats: Omit<BackupStats, 'durationMs'>,
): Snapshot {
  const { bytesStored: _, ...numbers } = stats;
  return {
    id: '',
    shortId: '',
    time: startedAt,
    host: spec.host,
    user: 'tester',
    paths: [...spec.sources],
    tags: [...spec.tags],
    parent,
    tree: undefined,
    summary: { startedAt, finishedAt, ...numbers },
  };
}

function filesOf(tree: Tree): SavedEntry[] {
  return [...tree.values()].filter(({ entry }) => entry.type === 'file');
}

export async function runRestore(tree: Tree, spec: RestoreSpec, operation: Operation): Promise<RestoreResult> {
  const failed: UnreadableItem[] = [];
  let filesRestored = 0;
  let bytesRestored = 0;
  let filesSkipped = 0;
  for (const saved of tree.values()) {
    throwIfCancelled(operation.signal);
    const { entry } = saved;
    if (!isWanted(entry.path, spec)) continue;
    if (entry.type === 'file' && (await isKept(join(spec.target, entry.path), saved, spec))) {
      filesSkipped += 1;
      continue;
    }
    try {
      await writeEntry(spec.target, saved);
      if (entry.type === 'file') filesRestored += 1;
      bytesRestored += entry.size;
    } catch (error) {
      failed.push({ path: entry.path, reason: reasonOf(error) });
    }
  }
  const folders = [...tree.values()].filter(({ entry }) => entry.type === 'dir' && isWanted(entry.path, spec));
  for (const saved of folders.reverse()) await finishFolder(spec.target, saved);
  operation.report?.({ ...unknownProgress, phase: 'done', percentage: 100, filesProcessed: filesRestored });
  return { filesRestored, bytesRestored, filesSkipped, failed, failedCount: failed.length };
}

function isWanted(path: string, { include, exclude }: RestoreSpec): boolean {
  const included = include.length === 0 || include.some((folder) => isBelow(path, folder));
  return included && !exclude.some((folder) => isBelow(path, folder));
}

interface Present {
  readonly modifiedAt: number;
  readonly size: number;
}

/** Whether what is there stays. */
const keeps: Readonly<Record<OverwriteMode, (present: Present, saved: SnapshotEntry) => boolean>> = {
  always: () => false,
  never: () => true,
  'if-newer': (present, saved) => saved.modifiedAt <= present.modifiedAt,
  'if-changed': (present, saved) => saved.modifiedAt === present.modifiedAt && saved.size === present.size,
};

async function isKept(path: string, { entry }: SavedEntry, { overwrite }: RestoreSpec): Promise<boolean> {
  const present = await presentAt(path);
  return present !== undefined && keeps[overwrite](present, entry);
}
