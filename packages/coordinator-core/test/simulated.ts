import type { JobDefinition } from '@umbracore/contracts';
import { capacitiesOf, type Capacities } from '../src/dispatch/resources.ts';
import { simulate, type Simulation } from '../src/simulation/simulate.ts';
import type { Course } from '../src/simulation/simulated-run.ts';
import { intervalCalendar } from './interval-calendar.ts';

const minute = 60_000;
const hour = 60 * minute;
/** A Monday. */
export const midnight = Date.UTC(2026, 0, 5);

export interface Setting {
  readonly hours?: number;
  readonly concurrency?: number;
  readonly room?: Readonly<Record<string, number>>;
  /** Minutes, and how it ends, by job. */
  readonly courses?: Readonly<Record<string, number | readonly [number, Course['outcome']]>>;
  readonly lastGoodAt?: number;
}

/** From a moment before midnight on, so that the slots of midnight count. */
const from = midnight - 1;

/** A day from midnight on, in which a run takes ten minutes and goes well unless told. */
export function play(jobs: readonly JobDefinition[], setting: Setting = {}): Simulation & { capacities: Capacities } {
  const { hours = 24, concurrency = 10, room = {}, courses = {}, lastGoodAt } = setting;
  const capacities = capacitiesOf(new Map(Object.entries(room)), concurrency);
  const courseOf = (job: JobDefinition): Course => {
    const [minutes, outcome] = [courses[job.id] ?? 10].flat() as [number, Course['outcome']?];
    return { lengthMs: minutes * minute, outcome: outcome ?? 'succeeded' };
  };
  const simulation = simulate({
    jobs: new Map(jobs.map((job) => [job.id, job])),
    calendar: intervalCalendar,
    host: 'here',
    capacities,
    from,
    until: midnight + hours * hour - 1,
    courseOf,
    lastGoodAt: () => lastGoodAt,
  });
  return { ...simulation, capacities };
}
