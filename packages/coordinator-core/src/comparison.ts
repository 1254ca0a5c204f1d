import { backupStrategies, baseTag, runOfTags } from '@umbracore/contracts';
import type {
  BackupJobDefinition,
  BackupStrategy,
  DurationMs,
  Instant,
  RunId,
  RunOptions,
  RunRecord,
  Snapshot,
} from '@umbracore/contracts';
import { countsAsSuccess } from './protection.ts';

/** The base of differential runs. */
export interface KnownBase {
  readonly snapshot: string;
  readonly at: Instant;
  /** The last run that was compared with it was so many after it. */
  readonly number: number;
}

/** What the history says of earlier runs of the same job on the same repository. */
export interface EarlierBackups {
  /** The snapshot of the newest run that counts as a success, and the run that made it. */
  readonly last: { readonly snapshot: string; readonly run: RunId } | undefined;
  /** A later run saved something that does not count: `last` is not what a restore would take. */
  readonly isOvertaken: boolean;
  readonly base: KnownBase | undefined;
}

/** What one backup compares its files with. Kept in the journal, for whoever ends the run. */
export interface Comparison {
  readonly strategy: BackupStrategy;
  /** Undefined if everything is read, or if the engine is to choose. */
  readonly parent?: string | undefined;
  /** The run that made the parent. */
  readonly madeBy?: RunId | undefined;
  /** Somebody named the parent: nothing else may take its place. */
  readonly isAsked?: boolean | undefined;
  /** Of a differential run that has one; `number` is that of this run. */
  readonly base?: KnownBase | undefined;
  /** This run is the base of those after it. */
  readonly isBase?: boolean | undefined;
  /** The last good snapshot. */
  readonly last?: string | undefined;
  readonly skipIfUnchanged?: boolean | undefined;
}

/** A daily job of which each seventh run is a base does not start at the same second every day. */
const slackMs = (everyMs: DurationMs): DurationMs => Math.min(everyMs / 20, 6 * 3_600_000);

/** What a backup of this job is compared with at `now`. */
export function compareWith(
  job: BackupJobDefinition,
  options: RunOptions,
  { last, isOvertaken, base }: EarlierBackups,
  now: Instant,
): Comparison {
  const asked = options.strategy ?? (options.force === true ? 'full' : undefined);
  const strategy = asked ?? job.strategy ?? 'incremental';
  if (options.parent !== undefined && asked !== 'full') {
    return { strategy: strategy === 'full' ? 'incremental' : strategy, parent: options.parent, isAsked: true };
  }
  switch (strategy) {
    case 'full':
      return job.strategy === 'differential' ? asBase(last?.snapshot) : { strategy };
    case 'incremental':
      if (last === undefined) return { strategy };
      return {
        strategy,
        parent: last.snapshot,
        madeBy: last.run,
        skipIfUnchanged: job.skipIfUnchanged === true && !isOvertaken,
      };
    case 'differential':
      if (base === undefined || isDue(job, base, now)) return asBase(last?.snapshot);
      return {
        strategy,
        parent: base.snapshot,
        base: { ...base, number: base.number + 1 },
        last: last?.snapshot,
      };
  }
}

const asBase = (last: string | undefined): Comparison => ({ strategy: 'differential', isBase: true, last });

/** Whether every file is read, whatever was saved before. */
export const readsEverything = ({ strategy, isBase }: Comparison): boolean => strategy === 'full' || isBase === true;

const isDue = ({ base: rule }: BackupJobDefinition, { at, number }: KnownBase, now: Instant): boolean =>
  (rule?.everyMs !== undefined && now - at >= rule.everyMs - slackMs(rule.everyMs)) ||
  (rule?.afterRuns !== undefined && number >= rule.afterRuns);

/** Reads the runs of a job, the newest first. */
export function earlierBackups(runs: readonly RunRecord[]): EarlierBackups {
  const saved = runs.filter(({ snapshot, plan }) => snapshot !== null && plan.options.dryRun !== true);
  const good = saved.filter(countsAsSuccess);
  const [newest] = good;
  return {
    last: newest && { snapshot: newest.snapshot ?? '', run: makerOf(newest) },
    isOvertaken: saved[0] !== newest,
    base: good.flatMap(({ report }) => (report?.kind === 'backup' ? (report.base ?? []) : []))[0],
  };
}

/** A run that found nothing changed ended with the snapshot of another one. */
export const makerOf = ({ id, report }: RunRecord): RunId =>
  (report?.kind === 'backup' ? report.unchangedSince : undefined) ?? id;

/**
 * What takes the place of a parent that is not there any more, from the snapshots of the job, oldest first: it may have gone, or
 * have another id because its tags were changed.
 */
export function compareInstead(gone: Comparison, snapshots: readonly Snapshot[]): Comparison {
  const present = snapshots.filter(({ id }) => id !== gone.parent);
  if (gone.strategy === 'differential') return baseAmong(gone, present);
  const renamed = present.findLast(({ tags }) => gone.madeBy !== undefined && runOfTags(tags) === gone.madeBy);
  const parent = renamed ?? present.at(-1);
  if (parent === undefined) return { strategy: gone.strategy };
  return {
    ...gone,
    parent: parent.id,
    madeBy: runOfTags(parent.tags),
    // Of another one nobody knows whether it is a good one.
    skipIfUnchanged: renamed !== undefined && gone.skipIfUnchanged === true,
  };
}

function baseAmong(gone: Comparison, present: readonly Snapshot[]): Comparison {
  const place = present.findLastIndex(({ tags }) => tags.includes(baseTag));
  const found = present[place];
  if (found === undefined) return asBase(gone.last);
  const base = { snapshot: found.id, at: found.time, number: present.length - place };
  return { ...gone, parent: found.id, base };
}

/** As the journal gives it back; undefined for what an earlier version wrote. */
export function comparisonIn(detail: Readonly<Record<string, unknown>> | undefined): Comparison | undefined {
  const written = detail?.['comparison'];
  return isComparison(written) ? written : undefined;
}

const isComparison = (value: unknown): value is Comparison =>
  typeof value === 'object' &&
  value !== null &&
  'strategy' in value &&
  backupStrategies.some((strategy) => strategy === value.strategy);
