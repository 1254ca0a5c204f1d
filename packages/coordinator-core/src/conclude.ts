import { reasonOf, UmbraError, unreadableLimit } from '@umbracore/contracts';
import type { Backend, BackupResult, RunRecord } from '@umbracore/contracts';
import type { Attempt } from './attempt.ts';
import { backupReport } from './backup-report.ts';
import { comparisonIn } from './comparison.ts';
import type { Comparison } from './comparison.ts';
import { confirmSnapshot, findSnapshot } from './find-snapshot.ts';
import type { RunScope } from './run-scope.ts';
import type { RunEnd } from './run-state.ts';
import { holdTheSame } from './same-sources.ts';
import { outputSuspicions, shrinkSuspicions, sourceSuspicions } from './source-guard.ts';
import type { EarlierRuns } from './source-guard.ts';
import { mendCommand } from './mend-command.ts';
import { planOf } from './narrow-plan.ts';
import { judge } from './verdict.ts';
import { nothingVerified, verified } from './verified.ts';
import type { Verified } from './verified.ts';
import { levelOf, verifySnapshot } from './verify-snapshot.ts';

/** So many runs are looked through for the one that is compared with. */
export const earlierAsked = 20;

/**
 * From what an engine left to how the run ends: the snapshot is found and confirmed, read back if wanted, compared with
 * earlier runs and judged. Changes nothing but the journal, so it can be done again after a crash. Throws an error that may
 * be retried if there is no snapshot.
 */
export async function conclude(
  attempt: Attempt,
  backend: Backend,
  result: BackupResult,
  before: Before = {},
): Promise<RunEnd> {
  const { scope, held, signal } = attempt;
  const { job, repository, options } = planOf(held.record.plan, 'backup');
  const dryRun = options.dryRun === true;
  const comparison = before.comparison ?? (await comparisonOf(scope));
  const { unchanged, snapshot, confirmed } = dryRun
    ? nothingMade
    : await lookForSnapshot(scope, backend, result, { comparison, signal });
  const proof =
    snapshot === undefined || confirmed === false ? nothingVerified : await verify(attempt, backend, snapshot);
  const earlier = await earlierRuns(scope, before.newest);
  const verdict = judge({
    result,
    dryRun,
    mend: mendCommand(attempt.ports, repository, backend.supports),
    snapshot,
    confirmed,
    verification: proof.record,
    suspicions: [
      ...sourceSuspicions(job.sources, held.record.sources, earlier),
      ...outputSuspicions(job.sources, result.stats ?? null),
      ...shrinkSuspicions(result.stats ?? null, earlier.good, job.shrinkLimit),
      ...proof.doubts,
    ],
  });
  if (verdict.error?.code === 'engine.lost') throw new UmbraError('engine.lost', verdict.error.message);
  const outcome = { comparison, unchanged, snapshot };
  const isSaved = dryRun || verdict.outcome !== 'failed';
  return {
    ...verdict,
    snapshot: confirmed === false ? null : (snapshot ?? null),
    stats: result.stats ?? null,
    unreadable: result.unreadable.slice(0, unreadableLimit),
    unreadableCount: result.unreadableCount,
    verification: proof.record ?? null,
    because: null,
    report: isSaved ? await backupReport(backend, held.record, outcome, { signal, note: scope.note }) : null,
  };
}

/** What whoever started the engine knows already; the journal and the history tell it to others. */
export interface Before {
  readonly comparison?: Comparison | undefined;
  /** The newest runs that succeeded or ended with a warning, up to `earlierAsked`. */
  readonly newest?: readonly RunRecord[] | undefined;
}

interface Made {
  /** The snapshot is an earlier one: everything is as it was. */
  readonly unchanged: boolean;
  readonly snapshot: string | undefined;
  /** Undefined if the repository could not be asked. */
  readonly confirmed: boolean | undefined;
}

const nothingMade: Made = { unchanged: false, snapshot: undefined, confirmed: undefined };

async function lookForSnapshot(
  scope: RunScope,
  backend: Backend,
  result: BackupResult,
  { comparison, signal }: { readonly comparison: Comparison; readonly signal: AbortSignal },
): Promise<Made> {
  // Only if it was told to: an engine that says nothing of a snapshot may have made one all the same.
  const unchanged = result.unchanged === true && comparison.skipIfUnchanged === true;
  const snapshot = unchanged ? comparison.parent : await snapshotOf(scope, backend, result, signal);
  if (snapshot === undefined) return nothingMade;
  const earlier = unchanged ? undefined : await takenBack(scope, backend, result, { snapshot, comparison, signal });
  if (earlier !== undefined) return { unchanged: true, snapshot: earlier, confirmed: true };
  const confirmed = await confirmSnapshot(backend, snapshot, scope.ports.clock, signal);
  if (confirmed === false && unchanged) throw renamed(snapshot);
  return { unchanged, snapshot, confirmed };
}

/**
 * Of a run that makes no snapshot of what is unchanged: the earlier snapshot, once the new one is gone again because it differs in
 * nothing but the folders above the sources. Where that cannot be found out or done, the new one stays: it is one too many at worst.
 */
async function takenBack(
  { ports, note }: RunScope,
  backend: Backend,
  { stats, complete, unreadableCount }: BackupResult,
  { snapshot, comparison, signal }: TakingBack,
): Promise<string | undefined> {
  const { parent, skipIfUnchanged } = comparison;
  const hasNews = stats === undefined || stats.filesNew + stats.filesChanged > 0 || !complete || unreadableCount > 0;
  if (skipIfUnchanged !== true || parent === undefined || parent === snapshot || hasNews) return undefined;
  try {
    if (!(await holdTheSame(backend, { one: parent, other: snapshot }, { signal }))) return undefined;
    if ((await confirmSnapshot(backend, parent, ports.clock, signal)) !== true) return undefined;
    await backend.forget([snapshot], { signal, note });
    note(`Only folders above the sources changed since ${parent.slice(0, 8)}: ${snapshot.slice(0, 8)} is not kept`);
    return parent;
  } catch (error) {
    signal.throwIfAborted();
    note(`Whether only folders above the sources changed could not be seen to: ${reasonOf(error)}`);
    return undefined;
  }
}

interface TakingBack {
  readonly snapshot: string;
  readonly comparison: Comparison;
  readonly signal: AbortSignal;
}

/** Tags change ids. The next attempt asks for the one that it has now. */
const renamed = (snapshot: string): UmbraError =>
  new UmbraError(
    'repository.changed',
    `Nothing has changed since snapshot ${snapshot}, but that one has gone meanwhile`,
  );

/** What the engine was told when it was started, by whoever started it. */
async function comparisonOf({ held }: RunScope): Promise<Comparison> {
  const steps = await held.steps();
  const intent = steps.findLast(({ kind, stage }) => kind === 'backup' && stage === 'intent');
  return comparisonIn(intent?.detail) ?? { strategy: 'incremental' };
}

/** What the engine said, unless nobody saw its end: then the repository is asked. */
async function snapshotOf(
  { ports, held }: RunScope,
  backend: Backend,
  result: BackupResult,
  signal: AbortSignal,
): Promise<string | undefined> {
  if (result.snapshot !== undefined && !result.exitLost) return result.snapshot;
  const found = await findSnapshot(backend, held.record.id, ports.clock, signal);
  return found?.id;
}

async function verify(attempt: Attempt, backend: Backend, snapshot: string): Promise<Verified> {
  const { ports, held } = attempt;
  const { job, options } = planOf(held.record.plan, 'backup');
  const level = levelOf(options.verifyAfterCompletion, job.verifyAfterBackup);
  if (level === 'none') return nothingVerified;
  const saved = { snapshot, level, since: held.record.startedAt ?? held.record.queuedAt };
  return await verified(attempt, {
    what: 'The snapshot was',
    detail: { level, snapshot },
    verify: (operation) => verifySnapshot(backend, saved, operation, ports.random ?? Math.random),
  });
}

async function earlierRuns({ ports, held }: RunScope, known?: readonly RunRecord[]): Promise<EarlierRuns> {
  const { job, repository, id } = held.record;
  const query = { job, repository, limit: earlierAsked };
  const real = (run: RunRecord): boolean => run.id !== id && run.snapshot !== null;
  const newest = known ?? (await ports.store.runs({ ...query, states: ['succeeded', 'warning'] }));
  const good = newest.find((run) => real(run) && run.state === 'succeeded');
  const areAllKnown = good !== undefined || newest.length < earlierAsked;
  const older = areAllKnown ? [] : await ports.store.runs({ ...query, states: ['succeeded'] });
  return { good: good ?? older.find(real), seen: newest.find(real) };
}
