import { runsAlwaysKept, type HistoryTrim, type RunState, type TrimmedHistory } from '@umbracore/contracts';
import type { LedgerEntry } from './ledger.ts';
import { recordOf, type RunRow } from './run-row.ts';
import { damageOf, gapsOf, joined, type Gap } from './seal.ts';

/** So many rows are looked at in one change: others want to write, too. */
export const trimmedAtOnce = 200;

const good: readonly RunState[] = ['succeeded', 'warning'];

/** One step of making a history shorter. */
export async function trimIn(entry: LedgerEntry, { before, atMost, after }: HistoryTrim): Promise<TrimmedHistory> {
  const behind = after && { queued_at: after.queuedAt, id: after.id };
  const rows = await entry.oldestEnded(behind, trimmedAtOnce);
  let tooMany = (await entry.endedCount()) - atMost;
  const removed: RunRow[] = [];
  let lookedAt = 0;
  for (const row of rows) {
    if (row.queued_at >= before && tooMany <= 0) break;
    lookedAt += 1;
    if (await isNeeded(entry, row)) continue;
    removed.push(row);
    tooMany -= 1;
  }
  if (removed.length > 0) await removeFrom(entry, removed);
  const last = lookedAt === trimmedAtOnce ? rows.at(-1) : undefined;
  return {
    removed: removed.map(({ id }) => id),
    next: last && { queuedAt: last.queued_at, id: last.id },
  };
}

async function isNeeded(entry: LedgerEntry, row: RunRow): Promise<boolean> {
  const record = recordOf(row);
  // What is damaged stays for whoever looks into it.
  if (record === undefined || damageOf(row, record) !== undefined) return true;
  // Nothing else tells that a snapshot lacks something.
  if (record.snapshot !== null && record.state !== 'succeeded') return true;
  if (record.parent !== null && (await entry.run(record.parent)) !== undefined) return true;
  if ((await entry.countNewer(row, undefined, runsAlwaysKept)) < runsAlwaysKept) return true;
  return good.includes(row.state) && (await entry.countNewer(row, good, 1)) === 0;
}

async function removeFrom(entry: LedgerEntry, rows: readonly RunRow[]): Promise<void> {
  await entry.remove(rows.map(({ id }) => id));
  for (const gap of gapsOf(rows)) {
    const beside = await entry.gapsBeside(gap);
    const whole = [gap, ...beside].toSorted((one: Gap, other: Gap) => one.first - other.first).reduce(joined);
    await entry.putGap(whole, beside);
  }
}
