import * as z from 'zod/mini';
import { problem } from '../http/router.ts';
import { defineRoute } from '../http/route.ts';
import { healthDocument } from './health.ts';

export const reload = defineRoute({
  method: 'post',
  path: '/v1/reload',
  access: 'control',
  summary: 'Reads the configuration again and puts it into force, whole or not at all',
  input: { body: z.strictObject({}) },
  answers: {
    200: { text: 'It is in force', document: 'health' },
    422: { text: 'It was refused, and the last good one stays in force', document: 'error' },
  },
  async handle({ daemon }) {
    const refusal = await daemon.live.reload();
    return refusal === undefined ? { document: await healthDocument(daemon) } : problem(refusal.error);
  },
});
