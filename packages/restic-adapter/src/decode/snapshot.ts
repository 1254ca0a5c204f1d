import * as z from 'zod';
import type { Snapshot } from '@umbracore/contracts';

const texts = z
  .array(z.string())
  .nullish()
  .transform((list) => list ?? []);

const summary = z.looseObject({
  backup_start: z.string(),
  backup_end: z.string(),
  files_new: z.number().default(0),
  files_changed: z.number().default(0),
  files_unmodified: z.number().default(0),
  total_files_processed: z.number().default(0),
  total_bytes_processed: z.number().default(0),
  data_added: z.number().default(0),
});

/** A snapshot as `snapshots`, `forget` and the first line of `ls` write it. */
export const snapshotDocument = z.looseObject({
  id: z.string(),
  short_id: z.string().optional(),
  time: z.string(),
  tree: z.string().optional(),
  parent: z.string().optional(),
  /** The first id that a snapshot had before tags were changed, or in the repository it was copied from. */
  original: z.string().optional(),
  hostname: z.string().default(''),
  username: z.string().default(''),
  paths: texts,
  tags: texts,
  /** Since 0.17. */
  summary: summary.optional(),
});

/** 0.14 writes `null` for an empty list in some places. */
export const snapshotList = z
  .array(snapshotDocument)
  .nullable()
  .transform((list) => list ?? []);

export type SnapshotDocument = z.infer<typeof snapshotDocument>;

export function toSnapshot(document: SnapshotDocument): Snapshot {
  const { id, summary: numbers } = document;
  return {
    id,
    shortId: document.short_id ?? id.slice(0, 8),
    time: Date.parse(document.time),
    host: document.hostname,
    user: document.username,
    paths: document.paths,
    tags: document.tags,
    parent: document.parent,
    original: document.original,
    tree: document.tree,
    summary: numbers && {
      startedAt: Date.parse(numbers.backup_start),
      finishedAt: Date.parse(numbers.backup_end),
      filesNew: numbers.files_new,
      filesChanged: numbers.files_changed,
      filesUnmodified: numbers.files_unmodified,
      filesProcessed: numbers.total_files_processed,
      bytesProcessed: numbers.total_bytes_processed,
      bytesAdded: numbers.data_added,
    },
  };
}
