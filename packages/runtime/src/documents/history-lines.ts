import type { RunId, RunRecord } from '@umbracore/contracts';
import { standingRunDocument } from './run-document.ts';

/** How a history is written for other programs. */
export type HistoryFormat = 'csv' | 'jsonl';

export const historyFormats: readonly HistoryFormat[] = ['csv', 'jsonl'];

export const mediaTypeOf = (format: HistoryFormat): string =>
  format === 'csv' ? 'text/csv; charset=utf-8; header=present' : 'application/jsonl';

/**
 * The lines of a history, each with its end. CSV as in RFC 4180, with a line of titles; or `umbra.history/1` with one run each.
 * `leftBehind`: the runs that nobody works on any more.
 */
export async function* historyLines(
  runs: AsyncIterable<RunRecord> | Iterable<RunRecord>,
  format: HistoryFormat,
  leftBehind: ReadonlySet<RunId>,
): AsyncGenerator<string> {
  if (format === 'csv') yield row(columns.map(([title]) => title));
  for await (const run of runs) {
    const document = standingRunDocument(run, leftBehind);
    yield format === 'csv'
      ? row(columns.map(([, valueIn]) => valueIn(document)))
      : `${JSON.stringify({ schema: 'umbra.history/1', runs: [document] })}\n`;
  }
}

type Value = string | number | boolean | null | undefined;

/** Later versions only add some, at the end. */
const columns: readonly (readonly [string, (run: ReturnType<typeof standingRunDocument>) => Value])[] = [
  ['id', ({ id }) => id],
  ['job', ({ job }) => job],
  ['kind', ({ kind }) => kind],
  ['repository', ({ repository }) => repository],
  ['trigger', ({ trigger }) => trigger],
  ['state', ({ state }) => state],
  ['dryRun', ({ dryRun }) => dryRun],
  ['slot', ({ slot }) => slot],
  ['queuedAt', ({ queuedAt }) => queuedAt],
  ['startedAt', ({ startedAt }) => startedAt],
  ['finishedAt', ({ finishedAt }) => finishedAt],
  ['seconds', ({ duration }) => duration],
  ['exitCode', ({ exitCode }) => exitCode],
  ['attempts', ({ attempts }) => attempts.length],
  ['snapshot', ({ snapshot }) => snapshot],
  ['filesNew', ({ stats }) => stats?.filesNew],
  ['filesChanged', ({ stats }) => stats?.filesChanged],
  ['filesProcessed', ({ stats }) => stats?.filesProcessed],
  ['bytesProcessed', ({ stats }) => stats?.bytesProcessed],
  ['bytesAdded', ({ stats }) => stats?.bytesAdded],
  ['unreadable', ({ unreadableCount }) => unreadableCount],
  ['error', ({ error }) => error?.code],
  ['message', ({ error, because }) => error?.message ?? because?.text],
  ['leftBehind', ({ leftBehind }) => leftBehind],
];

const row = (values: readonly Value[]): string => `${values.map(cell).join(',')}\r\n`;

/** What a spreadsheet would take for a formula is marked as a text: names of files are made by anybody. */
function cell(value: Value): string {
  if (value === null || value === undefined) return '';
  if (typeof value !== 'string') return String(value);
  const text = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
