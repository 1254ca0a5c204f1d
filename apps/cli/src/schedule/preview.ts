import type { Calendar, Configuration, JobDefinition, JobId, Schedule } from '@umbracore/contracts';
import type { Forecast, SimulatedRun } from '@umbracore/runtime/history';
import { graphOf, stagesOf, waitedMs } from '../doors/history.ts';
import { clockChanges, type ClockChange } from './clock-changes.ts';
import { outsideWindows, type OutsideWindows } from './outside-windows.ts';
import { runLabels } from './run-labels.ts';
import { limitSentences, limitWords } from './sentence.ts';

/** One line: a run that becomes due by itself. The runs of a chain are in the line of the chain. */
export interface Lane {
  readonly run: SimulatedRun;
  readonly job: JobDefinition;
  /** Of a chain: the jobs of its nodes in the order in which they run, those of one stage together. */
  readonly stages: readonly (readonly string[])[];
  /** Windows, blackouts and jitter of the schedules that it is due by, and the conditions of the job. */
  readonly limits: readonly string[];
  /** The same in few words. */
  readonly shortLimits: string;
}

/** Runs that want the same at the same time. */
export interface Conflict {
  readonly run: SimulatedRun;
  readonly label: string;
  readonly with: readonly SimulatedRun[];
  readonly withLabels: readonly string[];
  readonly text: string;
  readonly waitsMs: number;
}

export interface Preview {
  readonly lanes: readonly Lane[];
  /** Slots that no lane is worth: they are as the configuration has it. */
  readonly outside: readonly OutsideWindows[];
  readonly conflicts: readonly Conflict[];
  readonly clockChanges: readonly ClockChange[];
}

/** What of a forecast concerns these jobs; undefined means all. */
export function previewOf(
  { simulation }: Forecast,
  { jobs }: Pick<Configuration, 'jobs'>,
  calendar: Pick<Calendar, 'previous'>,
  chosen: ReadonlySet<JobId> | undefined,
): Preview {
  const labelOf = runLabels(simulation.runs);
  const byId = new Map(simulation.runs.map((run) => [run.id, run]));
  const rootOf = (run: SimulatedRun): SimulatedRun => {
    const parent = run.parent === null ? undefined : byId.get(run.parent);
    return parent === undefined ? run : rootOf(parent);
  };
  const isChosen = (run: SimulatedRun): boolean =>
    chosen === undefined || chosen.has(run.job) || chosen.has(rootOf(run).job);
  const lanes = simulation.runs
    .filter((run) => run.parent === null && isChosen(run))
    .flatMap((run) => laneOf(run, jobs, calendar));
  const conflicts = simulation.runs.flatMap((run) => {
    const others = (run.held?.by ?? []).flatMap((id) => byId.get(id) ?? []);
    if (run.held === null || waitedMs(run) === 0 || ![run, ...others].some(isChosen)) return [];
    return [
      {
        run,
        label: labelOf(run),
        with: others,
        withLabels: distinct(others.map(labelOf)),
        text: run.held.text,
        waitsMs: waitedMs(run),
      },
    ];
  });
  const shown = [...jobs.values()].filter(({ id, enabled }) => enabled && (chosen === undefined || chosen.has(id)));
  const zones = shown.flatMap((job) => job.schedules.map(({ zone }) => zone));
  const own = lanes.map(({ run }) => run);
  const outside = outsideWindows(own, simulation.until - simulation.from);
  return { lanes, outside, conflicts, clockChanges: clockChanges(zones, simulation.from, simulation.until) };
}

function laneOf(
  run: SimulatedRun,
  jobs: ReadonlyMap<JobId, JobDefinition>,
  calendar: Pick<Calendar, 'previous'>,
): readonly Lane[] {
  const job = jobs.get(run.job);
  if (job === undefined) return [];
  const schedules = dueBy(run, job, calendar);
  return [
    {
      run,
      job,
      stages: stagesFor(job),
      limits: distinct([...schedules.flatMap(limitSentences), ...conditionSentences(job)]),
      shortLimits: distinct([...schedules.map(limitWords), conditionWords(job)]).join('; '),
    },
  ];
}

/** Each schedule of a job has windows and jitter of its own. */
const dueBy = (
  { slotAt, trigger }: SimulatedRun,
  { schedules }: JobDefinition,
  calendar: Pick<Calendar, 'previous'>,
): readonly Schedule[] =>
  trigger === 'chain' ? [] : schedules.filter((schedule) => calendar.previous(schedule, slotAt)?.at === slotAt);

const conditionsOf = ({ conditions }: JobDefinition): string =>
  distinct((conditions?.all ?? []).map(({ kind }) => kind)).join(', ');

const conditionWords = (job: JobDefinition): string => {
  const kinds = conditionsOf(job);
  return kinds === '' ? '' : `on condition: ${kinds}`;
};

const conditionSentences = (job: JobDefinition): readonly string[] => {
  const kinds = conditionsOf(job);
  return kinds === '' ? [] : [`starts only if its conditions are met (${kinds}), which is taken for granted here`];
};

const distinct = (texts: readonly string[]): readonly string[] => [...new Set(texts)].filter((text) => text !== '');

function stagesFor(job: JobDefinition): readonly (readonly string[])[] {
  if (job.kind !== 'chain') return [];
  const stages: string[][] = [];
  const numbers = stagesOf(graphOf(job));
  for (const { id, job: name } of job.nodes) (stages[(numbers.get(id) ?? 1) - 1] ??= []).push(name);
  return stages.filter((stage) => stage.length > 0);
}
