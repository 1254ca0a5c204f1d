import type { RepositoryStatistics, StatisticsOperation } from '@umbracore/contracts';
import { sealBytes } from '../crypto/sealing-key.ts';
import type { BlobIndex } from '../reading/blob-index.ts';
import { neededBlobs } from '../reading/needed-blobs.ts';
import type { ResticRepository } from '../repository.ts';

/** What the index and the snapshots tell: no pack is read but for folders, and these only to count what nobody needs. */
export async function statisticsOf(
  repository: ResticRepository,
  { signal, report, unused }: StatisticsOperation,
): Promise<RepositoryStatistics> {
  const { blobs } = await repository.index(signal);
  const snapshots = await repository.snapshots(signal);
  const { trees, uncompressedBytes } = sumsOf(blobs);
  const summaries = snapshots.flatMap(({ summary }) => (summary === undefined ? [] : [summary]));
  const tell = (read: number): void =>
    report?.({
      ...idle,
      filesProcessed: read,
      filesTotal: trees,
      percentage: Math.min(100, (100 * read) / (trees || 1)),
    });
  return {
    snapshots: snapshots.length,
    storedBytes: blobs.packs.reduce((sum, pack) => sum + (blobs.packBytes(pack) ?? 0), 0),
    uncompressedBytes,
    packs: blobs.packs.length,
    sourceBytes:
      summaries.length < snapshots.length
        ? undefined
        : summaries.reduce((sum, { bytesProcessed }) => sum + bytesProcessed, 0),
    unusedBytes:
      unused === true ? unneeded(blobs, (await neededBlobs(repository, blobs, tell, signal)).marks) : undefined,
  };
}

const idle = {
  phase: 'scanning',
  bytesProcessed: 0,
  bytesTotal: undefined,
  currentFiles: [],
  errorCount: 0,
} as const;

function sumsOf(blobs: BlobIndex): { readonly trees: number; readonly uncompressedBytes: number } {
  let trees = 0;
  let uncompressedBytes = 0;
  for (const { type, length, plainLength } of blobs.blobs()) {
    if (type === 'tree') trees += 1;
    uncompressedBytes += plainLength ?? length - sealBytes;
  }
  return { trees, uncompressedBytes };
}

function unneeded(blobs: BlobIndex, marks: Uint8Array): number {
  let bytes = 0;
  let number = 0;
  for (const { length } of blobs.blobs()) {
    if (marks[number] !== 1) bytes += length;
    number += 1;
  }
  return bytes;
}
