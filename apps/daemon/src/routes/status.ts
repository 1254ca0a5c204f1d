import { gatherStatus } from '@umbracore/runtime/history';
import { statusDocument } from '@umbracore/runtime/documents';
import { z } from 'zod';
import { defineRoute } from '../http/route.ts';
import { oneOrMore } from './inputs.ts';

export const status = defineRoute({
  method: 'get',
  path: '/v1/status',
  access: 'read',
  summary: 'How each job stands: last success, last attempt, next run',
  input: { query: z.object({ job: oneOrMore.optional() }) },
  answers: { 200: { text: 'One entry for each job and repository', document: 'status' } },
  async handle({ daemon: { runtime, live }, query }) {
    const { store, clock } = runtime;
    const statuses = await gatherStatus({ ...runtime, configuration: live.current }, query.job ?? [], clock.now());
    return {
      document: { schema: 'umbra.status/1', jobs: statuses.map(statusDocument), alarms: store.health.alarms },
    };
  },
});
