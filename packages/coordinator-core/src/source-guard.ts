import type { BackupStats, RunRecord, Source, SourceFact } from '@umbracore/contracts';

/** The runs that today's sources and numbers are compared with. */
export interface EarlierRuns {
  /** The newest run that succeeded. */
  readonly good: RunRecord | undefined;
  /** The newest run that made a snapshot, warnings included. */
  readonly seen: RunRecord | undefined;
}

/** Why an attempt would save nothing at all; undefined if it would save something. */
export function nothingToSave(sources: readonly Source[], facts: readonly SourceFact[]): string | undefined {
  if (sources.length === 0) return 'The job has no sources';
  const present = new Set(facts.filter((fact) => fact.present).map(({ path }) => path));
  const required = sources.filter((source) => source.required);
  const decisive = required.length > 0 ? required : sources;
  if (decisive.some(({ path }) => present.has(path))) return undefined;
  const paths = decisive.map(({ path }) => path);
  return paths.length === 1 ? `The source ${paths[0]} is missing` : `All sources are missing: ${paths.join(', ')}`;
}

/** Sources that are there and hold nothing. */
export const emptySources = (facts: readonly SourceFact[]): readonly string[] =>
  facts.filter(({ present, empty }) => present && empty).map(({ path }) => path);

/**
 * Why a job without a good run has saved nothing. Nobody knows yet that its sources are to be empty, and a disk that is not mounted looks
 * the same; but one that may be missing may be empty as well.
 */
export function nothingFound(
  sources: readonly Source[],
  facts: readonly SourceFact[],
  good: RunRecord | undefined,
): readonly string[] {
  const empty = emptySources(facts);
  const required = new Set(sources.filter((source) => source.required).map(({ path }) => path));
  if (good !== undefined || facts.some((fact) => fact.present && !fact.empty)) return [];
  if (!empty.some((path) => required.has(path))) return [];
  const [which, wayOut] =
    empty.length === 1
      ? [`The source ${empty[0]} is empty`, 'If it may be, say `required: false` of it']
      : [`All sources are empty: ${empty.join(', ')}`, 'If they may be, say `required: false` of them'];
  return [`${which}; the snapshot holds no file. ${wayOut}`];
}

/** What is wrong with the sources, as sentences. A snapshot of such sources must not push out good ones. */
export function sourceSuspicions(
  sources: readonly Source[],
  facts: readonly SourceFact[],
  { good, seen }: EarlierRuns,
): readonly string[] {
  const optional = new Set(sources.filter((source) => !source.required).map(({ path }) => path));
  const ofEach = facts.flatMap((fact) => {
    if (!fact.present) return optional.has(fact.path) ? [] : [`The source ${fact.path} is missing`];
    const before = factOf(good, fact.path);
    if (fact.empty && before?.present === true && !before.empty) {
      return [`The source ${fact.path} is empty; it was not on the last good run`];
    }
    // Compared with the last snapshot of any kind, not the last good one: device numbers may change with a restart,
    // and one warning is enough to make a person look.
    const device = factOf(seen, fact.path)?.device ?? null;
    return device !== null && fact.device !== null && device !== fact.device
      ? [`The source ${fact.path} is on another device than before`]
      : [];
  });
  return [...ofEach, ...nothingFound(sources, facts, good)];
}

/** A program that wrote nothing has nothing saved, even if it says that all is well. */
export function outputSuspicions(sources: readonly Source[], stats: BackupStats | null): readonly string[] {
  const written = sources.find(({ program }) => program !== undefined);
  if (written === undefined || stats === null || stats.bytesProcessed > 0) return [];
  return [`${written.program?.command[0]} wrote nothing`];
}

/** Whether much less was found than on the last good run. `limit` is a share from 0 to 1. */
export function shrinkSuspicions(
  stats: BackupStats | null,
  good: RunRecord | undefined,
  limit: number,
): readonly string[] {
  const before = good?.stats;
  if (stats === null || before == null) return [];
  const shrunk = (now: number, then: number): boolean => then > 0 && now < then * limit;
  if (shrunk(stats.bytesProcessed, before.bytesProcessed)) {
    return [`Only ${stats.bytesProcessed} bytes were found; the last good run found ${before.bytesProcessed}`];
  }
  if (shrunk(stats.filesProcessed, before.filesProcessed)) {
    return [`Only ${stats.filesProcessed} files were found; the last good run found ${before.filesProcessed}`];
  }
  return [];
}

const factOf = (run: RunRecord | undefined, path: string): SourceFact | undefined =>
  run?.sources.find((fact) => fact.path === path);
