import { UmbraError, type Calendar, type Configuration, type Instant } from '@umbracore/contracts';
import { simulatedDocument, timestamp } from '@umbracore/runtime/documents';
import { chosenJobs, forecast } from '@umbracore/runtime/history';
import * as z from 'zod/mini';
import { defineRoute } from '../http/route.ts';
import { instant, oneOrMore, wholeNumber } from './inputs.ts';

const dayMs = 86_400_000;
const usualHours = 48;
const mostHours = 31 * 24;

/** Jobs times slots: more would keep the daemon from its work for more than some seconds. */
const mostWork = 5_000_000;

export const showForecast = defineRoute({
  method: 'get',
  path: '/v1/forecast',
  access: 'read',
  summary: 'Which runs the schedules will start, in the order in which they will',
  input: {
    query: z.object({
      job: z.optional(oneOrMore),
      from: z.optional(instant),
      hours: z._default(wholeNumber(1, mostHours), usualHours),
    }),
  },
  answers: { 200: { text: 'The runs', document: 'forecast' } },
  async handle({ daemon: { live, runtime }, query: { job = [], from = runtime.clock.now(), hours } }) {
    const wanted = new Set(chosenJobs(live.current, job).map(({ id }) => id));
    const until = from + (hours * dayMs) / 24;
    refuseTooMuch(live.current, runtime.calendar, { from, until });
    const { simulation } = await forecast({ ...runtime, configuration: live.current }, { from, until });
    const runs = simulation.runs.filter((run) => wanted.has(run.job));
    return {
      document: {
        schema: 'umbra.forecast/1',
        from: timestamp(from),
        until: timestamp(until),
        zone: live.current.timezone,
        runs: runs.map(simulatedDocument),
      },
    };
  },
});

/** Counted, not walked through. */
function refuseTooMuch(
  { jobs }: Configuration,
  calendar: Calendar,
  { from, until }: { readonly from: Instant; readonly until: Instant },
): void {
  let slots = 0;
  for (const job of jobs.values()) {
    for (const schedule of job.enabled ? job.schedules : []) {
      const range = calendar.between(schedule, from, until, 1);
      slots += range.slots.length + (range.left?.count ?? 0);
    }
  }
  if (slots * jobs.size <= mostWork) return;
  throw new UmbraError('usage.invalid', `${jobs.size} jobs are due ${slots} times until then`, {
    hint: 'Ask for fewer hours, or use `umbra simulate`, which is a process of its own.',
  });
}
