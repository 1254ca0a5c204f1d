import {
  jobOfTags,
  runOfTags,
  type AccountedRun,
  type JobDefinition,
  type RepositoryDefinition,
  type RunId,
  type Snapshot,
} from '@umbracore/contracts';
import { BackupJob, newRunId, snapshotStats } from '@umbracore/coordinator-core';

/** What stands in the place of a job for snapshots that no job of ours has made. */
export const adoptedJob = 'adopted';

export interface AdoptionFacts {
  readonly repository: RepositoryDefinition;
  /** Runs that the history knows already. */
  readonly known: ReadonlySet<RunId>;
  /** Snapshots that some run of the history has made. */
  readonly made: ReadonlySet<string>;
  readonly random: () => number;
}

/**
 * Runs for the snapshots of a repository that the history does not know, oldest first. One that a job of ours has made gets its job
 * and its run back; every other one is put under `adopted`. Times and numbers are the snapshot's own; nothing is made up.
 */
export function adoptedRuns(snapshots: readonly Snapshot[], facts: AdoptionFacts): readonly AccountedRun[] {
  const taken = new Set(facts.known);
  const runs: AccountedRun[] = [];
  for (const snapshot of snapshots.toSorted((one, other) => one.time - other.time)) {
    const own = runOfTags(snapshot.tags);
    // A copy in another repository, or one whose tags were changed, has the run of the first one.
    if ((own !== undefined && facts.known.has(own)) || firstIds(snapshot).some((id) => facts.made.has(id))) continue;
    const id = own !== undefined && isRunId(own) && !taken.has(own) ? own : newRunId(snapshot.time, facts.random);
    taken.add(id);
    runs.push(runFor(snapshot, id, facts.repository));
  }
  return runs;
}

const firstIds = ({ id, original }: Snapshot): readonly string[] => (original === undefined ? [id] : [id, original]);

const isRunId = (text: string): boolean => /^r-[0-9A-Z]{16}$/.test(text);

function runFor(snapshot: Snapshot, id: RunId, repository: RepositoryDefinition): AccountedRun {
  // Whoever dates a snapshot back dates its time, and not when it was really made.
  const { time, summary } = snapshot;
  const stats = summary === undefined ? null : snapshotStats(summary);
  return {
    id,
    trigger: 'adopted',
    slot: `adopted:${snapshot.original ?? snapshot.id}`,
    slotAt: null,
    queuedAt: time,
    plan: { job: jobFor(snapshot, repository), repository, options: {} },
    end: {
      outcome: 'succeeded',
      startedAt: time,
      finishedAt: time + (stats?.durationMs ?? 0),
      snapshot: snapshot.id,
      stats,
    },
  };
}

/** As much of a job as a snapshot tells. */
function jobFor({ tags, paths }: Snapshot, { name }: RepositoryDefinition): JobDefinition {
  const id = jobOfTags(tags) ?? adoptedJob;
  const job = new BackupJob({
    id,
    sources: ['/'],
    repository: name,
    tags: tags.filter((tag) => !isOurs(tag)),
  }).define();
  return { ...job, enabled: false, sources: paths.map((path) => ({ path, required: true })) };
}

const isOurs = (tag: string): boolean => /^umbra-(?:run|job):/.test(tag);
