import type { JobId } from '@umbracore/contracts';
import type { SimulatedRun } from '@umbracore/runtime/history';

/** How many slots of a job start nothing, because its windows are closed: as the configuration has it. */
export interface OutsideWindows {
  readonly job: JobId;
  readonly count: number;
  /** All slots of the job in this time. */
  readonly slots: number;
  readonly text: string;
}

const dayMs = 86_400_000;

export const isOutside = ({ because }: SimulatedRun): boolean => because?.code === 'window';

/** One entry for each job with slots outside of its windows. `lengthMs`: how much time the runs stand for. */
export function outsideWindows(runs: readonly SimulatedRun[], lengthMs: number): readonly OutsideWindows[] {
  const jobs = new Set(runs.filter(isOutside).map(({ job }) => job));
  return [...jobs].map((job) => {
    const own = runs.filter((run) => run.job === job && run.trigger !== 'chain');
    const [count, slots] = [slotsIn(own.filter(isOutside)), slotsIn(own)];
    return { job, count, slots, text: textOf(count, slots, lengthMs / dayMs) };
  });
}

/** A slot has a run for each repository, and a record may stand for more slots. */
function slotsIn(runs: readonly SimulatedRun[]): number {
  const counts = new Map(runs.map(({ slotAt, because }) => [slotAt, 1 + (because?.alsoStandsFor?.count ?? 0)]));
  return [...counts.values()].reduce((sum, count) => sum + count, 0);
}

function textOf(count: number, slots: number, days: number): string {
  const isEveryDay = Number.isInteger(days) && days > 0 && count % days === 0 && slots % days === 0;
  const [some, all] = isEveryDay ? [count / days, slots / days] : [count, slots];
  const which = isEveryDay ? 'a day' : 'in this time';
  const share = some === all ? `all ${all}` : `${some} of ${all}`;
  return `${share} ${all === 1 ? 'slot' : 'slots'} ${which} ${some === 1 ? 'falls' : 'fall'} outside of the windows`;
}
