import type { RunRecord } from '@umbracore/contracts';
import { recordOf, type RunRow } from './run-row.ts';

/** What SQLite does to letters too: in other alphabets it leaves them as they are. */
const folded = (text: string): string => text.replaceAll(/[A-Z]+/g, (letters) => letters.toLowerCase());

/** How a text looks in the record of every run that mentions it, folded. */
export const traceOf = (text: string): string => folded(JSON.stringify(text).slice(1, -1));

/** True if the run of a row mentions a text where a person would read it. A record that cannot be read mentions nothing. */
export function rowMentions(row: RunRow, text: string): boolean {
  const record = recordOf(row);
  const wanted = folded(text);
  return record !== undefined && readableTexts(record).some((told) => folded(told).includes(wanted));
}

/** Not the plan: it repeats in every run what is configured. */
function readableTexts(run: RunRecord): readonly string[] {
  const { id, job, repository, snapshot, error, because, attempts, unreadable, suspicions, verification } = run;
  const errors = [error, ...attempts.map((attempt) => attempt.error)];
  return [
    id,
    job,
    repository,
    snapshot ?? '',
    because?.text ?? '',
    ...errors.flatMap((failure) => (failure === null ? [] : [failure.code, failure.message])),
    ...unreadable.flatMap(({ path, reason }) => [path, reason]),
    ...suspicions,
    ...(verification?.problems ?? []),
  ];
}
