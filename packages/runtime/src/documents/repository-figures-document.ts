import type { RepositoryFigures } from '../repositories/figures.ts';
import { timestampOrNull } from './timestamp.ts';

/** The figures of a repository as `umbra.repository-statistics/1`: sizes in bytes, ratios as numbers, what is unknown null. */
export const repositoryFiguresDocument = (repository: string, figures: RepositoryFigures) => ({
  repository,
  snapshots: figures.snapshots,
  packs: figures.packs ?? null,
  storedBytes: figures.storedBytes,
  uncompressedBytes: figures.uncompressedBytes ?? null,
  sourceBytes: figures.sourceBytes ?? null,
  unusedBytes: figures.unusedBytes ?? null,
  compression: rounded(figures.compression),
  deduplication: rounded(figures.deduplication),
  unused: rounded(figures.unused),
  bytesPerDay: figures.bytesPerDay === undefined ? null : Math.round(figures.bytesPerDay),
  quota:
    figures.quota === undefined
      ? null
      : {
          bytes: figures.quota.bytes,
          used: Number(figures.quota.used.toFixed(4)),
          tight: figures.quota.isTight,
          fullAt: timestampOrNull(figures.quota.fullAt),
        },
});

export type RepositoryFiguresDocument = ReturnType<typeof repositoryFiguresDocument>;

const rounded = (ratio: number | undefined): number | null => (ratio === undefined ? null : Number(ratio.toFixed(4)));
