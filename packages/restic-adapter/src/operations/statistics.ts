import * as z from 'zod';
import type { Operation, RepositoryStatistics } from '@umbracore/contracts';
import { readDocument } from '../decode/document.ts';
import type { Restic } from '../restic.ts';

const rawData = z.looseObject({
  total_size: z.number().default(0),
  /** Since 0.15. */
  total_uncompressed_size: z.number().optional(),
  snapshots_count: z.number().default(0),
});

export async function statistics(restic: Restic, operation: Operation): Promise<RepositoryStatistics> {
  const stats = await readDocument(restic, rawData, { name: 'stats', flags: ['--mode=raw-data'] }, operation);
  return {
    snapshots: stats.snapshots_count,
    storedBytes: stats.total_size,
    uncompressedBytes: stats.total_uncompressed_size,
  };
}
