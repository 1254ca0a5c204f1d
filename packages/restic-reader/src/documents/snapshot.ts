import { FieldReader } from './fields.ts';

/** A snapshot as it is stored: restic's fields under our names. Times are texts of RFC 3339 with nanoseconds. */
export interface StoredSnapshot {
  readonly id: string;
  readonly time: string;
  /** Id of the tree at the root. */
  readonly tree: string;
  readonly paths: readonly string[];
  readonly tags: readonly string[];
  readonly excludes: readonly string[];
  readonly host: string;
  readonly user: string;
  readonly parent: string | undefined;
  /** The first id, of before its tags were changed or it was copied. */
  readonly original: string | undefined;
  /** What wrote it; since restic 0.16. */
  readonly program: string | undefined;
  /** Since restic 0.17. */
  readonly summary: StoredSummary | undefined;
}

export interface StoredSummary {
  readonly backupStart: string;
  readonly backupEnd: string;
  readonly filesNew: number;
  readonly filesChanged: number;
  readonly filesUnmodified: number;
  readonly filesProcessed: number;
  readonly bytesProcessed: number;
  /** Bytes that the repository did not have yet, before compression. */
  readonly bytesAdded: number;
  /** The same after compression. */
  readonly bytesStored: number;
}

export function parseSnapshot(what: string, id: string, document: unknown): StoredSnapshot {
  const fields = new FieldReader(what, document);
  const summary = fields.inner('summary');
  return {
    id,
    time: fields.text('time'),
    tree: fields.id('tree'),
    paths: fields.texts('paths'),
    tags: fields.texts('tags'),
    excludes: fields.texts('excludes'),
    host: fields.textOr('hostname', ''),
    user: fields.textOr('username', ''),
    parent: fields.idOr('parent', undefined),
    original: fields.idOr('original', undefined),
    program: fields.textOr('program_version', undefined),
    summary: summary && parseSummary(summary),
  };
}

const parseSummary = (fields: FieldReader): StoredSummary => ({
  backupStart: fields.text('backup_start'),
  backupEnd: fields.text('backup_end'),
  filesNew: fields.count('files_new'),
  filesChanged: fields.count('files_changed'),
  filesUnmodified: fields.count('files_unmodified'),
  filesProcessed: fields.count('total_files_processed'),
  bytesProcessed: fields.count('total_bytes_processed'),
  bytesAdded: fields.count('data_added'),
  bytesStored: fields.count('data_added_packed'),
});
