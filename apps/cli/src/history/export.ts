import type { RunRecord } from '@umbracore/contracts';
import { historyLines, type HistoryFormat } from '@umbracore/runtime/documents';
import type { Session } from '../session.ts';

/** So many lines may wait for a slow reader. */
const linesAhead = 500;

/** Writes a history as it is read, at the pace of the reader. */
export async function exportHistory(
  { stdout }: Session,
  runs: AsyncIterable<RunRecord>,
  format: HistoryFormat,
): Promise<void> {
  let lines = 0;
  for await (const line of historyLines(runs, format)) {
    stdout.write(line);
    lines += 1;
    if (lines % linesAhead === 0) await stdout.flush();
  }
}
