import type { DrillReport, JobId, RunRecord, StateStore } from '@umbracore/contracts';

/** So many of the newest drills are remembered: a file that none of them restored counts as never drilled. */
const drillsRemembered = 50;

/** What earlier drills of the same job and repository did. */
export interface DrillMemory {
  readonly wasDrilled: (job: JobId, path: string) => boolean;
  /** How many drills ago a snapshot of the job was tried; infinite if it never was. */
  readonly lastTried: (job: JobId) => number;
  /** What did not come back the last time. */
  readonly failures: DrillReport['failures'];
}

/** Only of drills that ended before this one began, so that its next attempt remembers the same. */
export async function remember(store: StateStore, own: RunRecord): Promise<DrillMemory> {
  const { job, repository, startedAt } = own;
  const states = ['succeeded', 'warning', 'failed'] as const;
  const runs = await store.runs({ job, repository, states, limit: drillsRemembered });
  const earlier = runs.filter(({ finishedAt }) => finishedAt !== null && finishedAt <= (startedAt ?? Infinity));
  return memoryOf(earlier.filter(({ plan }) => plan.options.dryRun !== true).flatMap(drillReports));
}

export const drillReports = ({ report }: RunRecord): readonly DrillReport[] =>
  report?.kind === 'drill' ? [report] : [];

/** Reports come newest first. */
export function memoryOf(reports: readonly DrillReport[]): DrillMemory {
  const drilled = new Set<string>();
  const tried = new Map<JobId, number>();
  for (const [age, { snapshots }] of reports.entries()) {
    for (const { job, paths } of snapshots) {
      if (!tried.has(job)) tried.set(job, age);
      for (const path of paths) drilled.add(`${job}\n${path}`);
    }
  }
  return {
    wasDrilled: (job, path) => drilled.has(`${job}\n${path}`),
    lastTried: (job) => tried.get(job) ?? Infinity,
    failures: reports[0]?.failures ?? [],
  };
}
