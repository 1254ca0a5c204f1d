import { simulatedDocument, timestamp } from '@umbracore/runtime/documents';
import type { Forecast } from '@umbracore/runtime/history';

const seconds = (ms: number): number => Math.round(ms) / 1000;

/** As `umbra.simulation/1`. */
export function simulationDocument({ simulation, report, lengths }: Forecast, seed: number | undefined) {
  const { from, until, runs } = simulation;
  return {
    from: timestamp(from),
    until: timestamp(until),
    seed: seed ?? null,
    lengths: lengths.map(({ job, repository, typicalMs, known, failing }) => ({
      job,
      repository: repository === '' ? null : repository,
      typical: seconds(typicalMs),
      known,
      failing,
    })),
    jobs: report.jobs.map(({ job, runs: count, workMs, waitedMs, longestWaitMs }) => ({
      job,
      runs: count,
      work: seconds(workMs),
      waited: seconds(waitedMs),
      longestWait: seconds(longestWaitMs),
    })),
    resources: report.resources.map(({ resource, capacity, unitMs, share, peak }) => ({
      resource,
      capacity,
      work: seconds(unitMs),
      share,
      peak,
    })),
    lost: report.lost,
    peak: report.peak,
    byHour: report.byHourMs.map(seconds),
    bursts: report.bursts.map((burst) => ({
      from: timestamp(burst.from),
      until: timestamp(burst.to),
      runs: burst.runs,
      duration: seconds(burst.to - burst.from),
      least: seconds(burst.leastMs),
      bound: burst.bound,
    })),
    runs: runs.map(simulatedDocument),
  };
}
