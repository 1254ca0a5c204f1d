import type { DurationMs, Instant, JobDefinition, JobId, ReasonCode, RunOutcome } from '@umbracore/contracts';
import { resourcesOf, type Capacities } from '../dispatch/resources.ts';
import { burstsOf, type Burst } from './bursts.ts';
import type { SimulatedRun } from './simulated-run.ts';
import type { Simulation } from './simulate.ts';

/** What one job would do. */
export interface JobLoad {
  readonly job: JobId;
  /** Started; a job with two repositories has two for each slot. */
  readonly runs: number;
  readonly workMs: DurationMs;
  /** From ready to started, over all runs and of the one that waited longest. */
  readonly waitedMs: DurationMs;
  readonly longestWaitMs: DurationMs;
}

/** How much of something that runs share would be used. */
export interface ResourceLoad {
  readonly resource: string;
  readonly capacity: number;
  /** Units that were taken, times how long. */
  readonly unitMs: number;
  /** Share of all that there is, 0 to 1. */
  readonly share: number;
  /** Most units at the same time. */
  readonly peak: number;
}

/** Slots of a job that nobody would start, for one reason. */
export interface LostLoad {
  readonly job: JobId;
  readonly outcome: Extract<RunOutcome, 'skipped' | 'missed'>;
  readonly code: ReasonCode;
  /** Of the first of them. */
  readonly text: string;
  readonly count: number;
}

export interface SimulationReport {
  readonly jobs: readonly JobLoad[];
  readonly resources: readonly ResourceLoad[];
  readonly lost: readonly LostLoad[];
  /** Runs that had to wait because of another one. */
  readonly waits: readonly SimulatedRun[];
  /** Most runs at the same time. */
  readonly peak: number;
  /** Running time by the hour of the day, 24 numbers. */
  readonly byHourMs: readonly DurationMs[];
  /** Stretches without a break in which runs wait or work, the longest first. */
  readonly bursts: readonly Burst[];
}

export interface ReportSetting {
  readonly jobs: ReadonlyMap<JobId, JobDefinition>;
  readonly capacities: Capacities;
  /** The hour of the day, 0 to 23, in the zone that the reader thinks in. */
  readonly hourOf: (instant: Instant) => number;
}

/** A run that really works on something: chains only wait for their nodes. */
export interface Work {
  readonly run: SimulatedRun;
  readonly job: JobDefinition;
  readonly from: Instant;
  readonly to: Instant;
}

/** Figures over a simulation. Pure. */
export function reportOn(simulation: Simulation, { jobs, capacities, hourOf }: ReportSetting): SimulationReport {
  const work = workOf(simulation, jobs);
  return {
    jobs: [...jobs.values()].map((job) => jobLoad(job, simulation.runs)),
    resources: resourceLoads(work, simulation, capacities),
    lost: lostLoads(simulation.runs),
    waits: simulation.runs.filter((run) => run.held !== null && waitedMs(run) > 0),
    peak: peakOf(work.map(({ from, to }) => ({ from, to, units: 1 }))),
    byHourMs: byHour(work, hourOf),
    bursts: burstsOf(work, capacities),
  };
}

function workOf({ runs }: Simulation, jobs: ReadonlyMap<JobId, JobDefinition>): readonly Work[] {
  return runs.flatMap((run) => {
    const job = jobs.get(run.job);
    if (job === undefined || job.kind === 'chain' || run.startedAt === null || run.finishedAt === null) return [];
    return [{ run, job, from: run.startedAt, to: run.finishedAt }];
  });
}

/** From the moment it was ready until it started. */
export const waitedMs = ({ startedAt, readyAt }: SimulatedRun): DurationMs =>
  startedAt === null ? 0 : Math.max(0, startedAt - readyAt);

const sum = (numbers: readonly number[]): number => numbers.reduce((total, each) => total + each, 0);

function jobLoad({ id }: JobDefinition, all: readonly SimulatedRun[]): JobLoad {
  const runs = all.filter(({ job, startedAt }) => job === id && startedAt !== null);
  const waits = runs.map(waitedMs);
  return {
    job: id,
    runs: runs.length,
    workMs: sum(
      runs.map(({ startedAt, finishedAt }) => (finishedAt ?? 0) - (startedAt ?? 0)).filter((length) => length > 0),
    ),
    waitedMs: sum(waits),
    longestWaitMs: Math.max(0, ...waits),
  };
}

interface Taken {
  readonly from: Instant;
  readonly to: Instant;
  readonly units: number;
}

function resourceLoads(
  work: readonly Work[],
  { from, until }: Simulation,
  capacities: Capacities,
): readonly ResourceLoad[] {
  const taken = new Map<string, Taken[]>();
  for (const { run, job, from: start, to } of work) {
    for (const { resource, units } of resourcesOf(job, run.repository)) {
      const capacity = capacities(resource);
      const one = { from: start, to, units: units === 'all' ? capacity : Math.min(units, capacity) };
      const known = taken.get(resource);
      if (known === undefined) taken.set(resource, [one]);
      else known.push(one);
    }
  }
  return [...taken].map(([resource, stretches]) => {
    const capacity = capacities(resource);
    const unitMs = sum(stretches.map((stretch) => stretch.units * (stretch.to - stretch.from)));
    const lastMs = Math.max(until, ...stretches.map((stretch) => stretch.to)) - from;
    return {
      resource,
      capacity,
      unitMs,
      share: lastMs === 0 ? 0 : unitMs / (lastMs * capacity),
      peak: peakOf(stretches),
    };
  });
}

/** Ends before beginnings: what ends in the moment in which another one begins is not there at the same time. */
function peakOf(stretches: readonly Taken[]): number {
  const changes = stretches
    .flatMap(({ from, to, units }) => [
      { at: from, units },
      { at: to, units: -units },
    ])
    .sort((one, other) => one.at - other.at || one.units - other.units);
  let [now, peak] = [0, 0];
  for (const { units } of changes) {
    now += units;
    peak = Math.max(peak, now);
  }
  return peak;
}

function lostLoads(runs: readonly SimulatedRun[]): readonly LostLoad[] {
  const loads = new Map<string, LostLoad>();
  for (const { job, outcome, because } of runs) {
    if ((outcome !== 'skipped' && outcome !== 'missed') || because === null) continue;
    const key = `${job}\n${outcome}\n${because.code}`;
    const { count = 0, text = because.text } = loads.get(key) ?? {};
    loads.set(key, { job, outcome, code: because.code, text, count: count + 1 + (because.alsoStandsFor?.count ?? 0) });
  }
  return [...loads.values()].toSorted((one, other) => other.count - one.count);
}

const hourMs = 3_600_000;

/** In steps to the next full hour: every zone of today has whole quarters of an hour. */
function byHour(work: readonly Work[], hourOf: (instant: Instant) => number): readonly DurationMs[] {
  const step = hourMs / 4;
  const hours = Array.from({ length: 24 }, () => 0);
  for (const { from, to } of work) {
    for (let at = from; at < to;) {
      const next = Math.min(to, (Math.floor(at / step) + 1) * step);
      const hour = hourOf(at);
      hours[hour] = (hours[hour] ?? 0) + next - at;
      at = next;
    }
  }
  return hours;
}
