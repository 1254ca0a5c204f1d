import { hostname } from 'node:os';
import type { Instant, JobDefinition } from '@umbracore/contracts';
import {
  capacitiesOf,
  reportOn,
  seededRandom,
  simulate,
  type Simulation,
  type SimulationReport,
} from '@umbracore/coordinator-core';
import type { History } from '../open-history.ts';
import { courseFrom, runLengthsOf, type RunLengths } from './run-lengths.ts';

export interface ForecastQuestion {
  readonly from: Instant;
  readonly until: Instant;
  /** Draws lengths and failures from history by chance, the same ones for the same seed; without it all goes as usual. */
  readonly seed?: number | undefined;
}

/** What the configured jobs would do. */
export interface Forecast {
  readonly simulation: Simulation;
  readonly report: SimulationReport;
  readonly lengths: readonly RunLengths[];
}

/** By the history of this store and the functions that decide in earnest. Reads only. */
export async function forecast(
  { store, configuration, calendar }: Pick<History, 'store' | 'configuration' | 'calendar'>,
  { from, until, seed }: ForecastQuestion,
): Promise<Forecast> {
  const { jobs, resources, daemon } = configuration;
  const lengths: RunLengths[] = [];
  for (const job of jobs.values()) {
    // A chain takes as long as its nodes.
    if (job.kind === 'chain') continue;
    for (const repository of repositoriesOf(job)) lengths.push(await runLengthsOf(store, job, repository));
  }
  const known = new Map(lengths.map((each) => [pairOf(each.job, each.repository), each]));
  const good = new Map(
    (await store.latest(['succeeded', 'warning'])).map((run) => [pairOf(run.job, run.repository), run.finishedAt]),
  );
  const random = seed === undefined ? undefined : seededRandom(seed);
  const capacities = capacitiesOf(resources, daemon.concurrency);
  const simulation = simulate({
    jobs,
    calendar,
    host: hostname(),
    capacities,
    from,
    until,
    courseOf: ({ id }, repository) => courseFrom(known.get(pairOf(id, repository)) ?? unknown, random),
    lastGoodAt: (job, repository) => good.get(pairOf(job, repository)) ?? undefined,
  });
  const hourOf = (instant: Instant): number => new Date(instant).getHours();
  return { simulation, report: reportOn(simulation, { jobs, capacities, hourOf }), lengths };
}

const repositoriesOf = ({ repositories }: JobDefinition): readonly string[] =>
  repositories.length === 0 ? [''] : repositories;

const pairOf = (job: string, repository: string): string => `${job}\n${repository}`;

/** Of a job that is not configured. */
const unknown: RunLengths = { job: '', repository: '', typicalMs: 0, known: 0, failing: 0, lengthsMs: [] };
