import { simulatedDocument, timestamp } from '@umbracore/runtime/documents';
import { chosenJobs, forecast } from '@umbracore/runtime/history';
import * as z from 'zod/mini';
import { defineRoute } from '../http/route.ts';
import { instant, oneOrMore, wholeNumber } from './inputs.ts';

const dayMs = 86_400_000;
const usualHours = 48;
const mostHours = 31 * 24;

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
