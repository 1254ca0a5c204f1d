import type { DrillFailure, DrillReport, JobId, RunRecord, StateStore } from '@umbracore/contracts';
import { lostOf } from './standing.ts';

/** So many of the newest drills are remembered: a file that none of them restored counts as never drilled. */
const drillsRemembered = 50;

/** What earlier drills in the same repository did. */
export interface DrillMemory {
  readonly wasDrilled: (job: JobId, path: string) => boolean;
  /** How many drills ago a snapshot of the job was tried; infinite if it never was. */
  readonly lastTried: (job: JobId) => number;
  /** What did not come back when its job was tried last. */
  readonly failures: readonly DrillFailure[];
}

/** Only of drills that ended before this one began, so that its next attempt remembers the same. */
export async function remember(store: StateStore, own: RunRecord): Promise<DrillMemory> {
  const { repository, startedAt } = own;
  const states = ['succeeded', 'warning', 'failed'] as const;
  const runs = await store.runs({ repository, kinds: ['drill'], states, limit: drillsRemembered });
  const earlier = runs.filter(({ finishedAt }) => finishedAt !== null && finishedAt <= (startedAt ?? Infinity));
  return memoryOf(earlier.filter(({ plan }) => plan.options.dryRun !== true).flatMap(drillReports));
}

export const drillReports = ({ report }: RunRecord): readonly DrillReport[] =>
  report?.kind === 'drill' ? [report] : [];

/** Reports come newest first. */
export function memoryOf(reports: readonly DrillReport[]): DrillMemory {
  const drilled = new Set<string>();
  const tried = new Map<JobId, number>();
  const failures: DrillFailure[] = [];
  for (const [age, report] of reports.entries()) {
    failures.push(...lostOf(report).filter(({ job }) => !tried.has(job)));
    for (const { job, paths } of report.snapshots) {
      if (!tried.has(job)) tried.set(job, age);
      for (const path of paths) drilled.add(`${job}\n${path}`);
    }
  }
  return {
    wasDrilled: (job, path) => drilled.has(`${job}\n${path}`),
    lastTried: (job) => tried.get(job) ?? Infinity,
    failures,
  };
}
