import { countIn, decodeJsonLine, type JsonObject, type OutputLine } from '@umbracore/contracts';

/** One line of progress of a backup or a restore. Zeros are left out by restic and come back as zeros. */
export interface Status {
  /** 0 to 1; of what is known so far, so it may fall while files are still being counted. */
  readonly fraction: number;
  readonly filesDone: number;
  readonly filesTotal: number;
  readonly bytesDone: number;
  readonly bytesTotal: number;
  readonly secondsRemaining: number;
  readonly errorCount: number;
  readonly currentFiles: readonly string[];
}

/** A `status` line; undefined for every other line. Never throws. */
export function decodeStatusLine(line: OutputLine): Status | undefined {
  const message = decodeJsonLine(line);
  return message === undefined ? undefined : decodeStatus(message);
}

export function decodeStatus(message: JsonObject): Status | undefined {
  // 0.14 sends `scan_finished` as a status, with other fields.
  if (message['message_type'] !== 'status' || message['action'] !== undefined) return undefined;
  const current = message['current_files'];
  return {
    fraction: countIn(message, 'percent_done'),
    filesDone: countIn(message, 'files_done') || countIn(message, 'files_restored') + countIn(message, 'files_skipped'),
    filesTotal: countIn(message, 'total_files'),
    bytesDone: countIn(message, 'bytes_done') || countIn(message, 'bytes_restored') + countIn(message, 'bytes_skipped'),
    bytesTotal: countIn(message, 'total_bytes'),
    secondsRemaining: countIn(message, 'seconds_remaining'),
    errorCount: countIn(message, 'error_count'),
    currentFiles: Array.isArray(current) ? current.filter((path) => typeof path === 'string') : [],
  };
}
