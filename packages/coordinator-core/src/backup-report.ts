import type { Backend, BackupReport, Operation, RunRecord } from '@umbracore/contracts';
import { changeTotals } from './change-totals.ts';
import type { Comparison } from './comparison.ts';

/** What a run compared its files with, and what came of it. */
export async function backupReport(
  backend: Backend,
  { startedAt, queuedAt }: RunRecord,
  {
    comparison,
    unchanged,
    snapshot,
  }: {
    readonly comparison: Comparison;
    readonly unchanged: boolean;
    /** Undefined if there is none, as of a dry run. */
    readonly snapshot: string | undefined;
  },
  operation: Operation,
): Promise<BackupReport> {
  const { strategy, parent, madeBy, base, isBase, last } = comparison;
  const own = isBase === true && snapshot !== undefined ? { snapshot, at: startedAt ?? queuedAt, number: 0 } : null;
  const since = (from: string | undefined) =>
    from === undefined || snapshot === undefined ? null : changeTotals(backend, from, snapshot, operation);
  const sinceBase = await since(base?.snapshot);
  return {
    kind: 'backup',
    strategy,
    parent: parent ?? null,
    unchangedSince: unchanged ? (madeBy ?? null) : null,
    base: base ?? own,
    sinceBase,
    sinceLast: last === base?.snapshot ? sinceBase : await since(last),
  };
}
