import { daemonDocument, notificationsDocument, quotaDocument, statusDocument } from '@umbracore/runtime/documents';
import { chosenJobs, daemonHealth, quotasOf, statusOf, withMaxAge } from '@umbracore/runtime/history';
import * as z from 'zod/mini';
import { defineRoute } from '../http/route.ts';
import { oneOrMore, wholeNumber } from './inputs.ts';

export const status = defineRoute({
  method: 'get',
  path: '/v1/status',
  access: 'read',
  summary: 'How each job stands: last success, last attempt, next run',
  input: {
    query: z.object({ job: z.optional(oneOrMore), maxAgeMs: z.optional(wholeNumber(1, Number.MAX_SAFE_INTEGER)) }),
  },
  answers: { 200: { text: 'One entry for each job and repository', document: 'status' } },
  async handle({ daemon: { runtime, live }, query: { job = [], maxAgeMs } }) {
    const { store, clock, paths, processTable } = runtime;
    const now = clock.now();
    const jobs = chosenJobs(live.current, job).map((each) => withMaxAge(each, maxAgeMs));
    const healthRead = daemonHealth(paths.stateDir, processTable, now);
    const statuses = await statusOf({ ...runtime, configuration: live.current }, jobs, now);
    const daemon = daemonDocument(await healthRead, live.refusal?.error.toRecord());
    return {
      document: {
        schema: 'umbra.status/1',
        jobs: statuses.map(statusDocument),
        daemon,
        alarms: store.health.alarms,
        notifications: notificationsDocument(await runtime.notifications.figures()),
        quotas: (await quotasOf({ ...runtime, configuration: live.current })).map(quotaDocument),
      },
    };
  },
});
