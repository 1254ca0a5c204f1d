import { type BackupStats, countIn, type JsonObject, textIn } from '@umbracore/contracts';

export interface BackupSummary {
  /** 8 characters on 0.14; undefined if nothing was saved. A dry run's invented id is left out. */
  readonly snapshot: string | undefined;
  readonly dryRun: boolean;
  readonly stats: BackupStats;
}

export function decodeBackupSummary(message: JsonObject): BackupSummary | undefined {
  if (message['message_type'] !== 'summary') return undefined;
  const dryRun = message['dry_run'] === true;
  const packed = message['data_added_packed'];
  return {
    snapshot: dryRun ? undefined : textIn(message, 'snapshot_id'),
    dryRun,
    stats: {
      filesNew: countIn(message, 'files_new'),
      filesChanged: countIn(message, 'files_changed'),
      filesUnmodified: countIn(message, 'files_unmodified'),
      filesProcessed: countIn(message, 'total_files_processed'),
      bytesProcessed: countIn(message, 'total_bytes_processed'),
      bytesAdded: countIn(message, 'data_added'),
      bytesStored: typeof packed === 'number' ? packed : undefined,
      // 0.18 gives a large negative duration when an unchanged backup is skipped.
      durationMs: Math.max(0, Math.round(countIn(message, 'total_duration') * 1000)),
    },
  };
}
