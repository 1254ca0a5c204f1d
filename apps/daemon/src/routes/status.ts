import { UmbraError } from '@umbracore/contracts';
import * as z from 'zod/mini';
import { defineRoute } from '../http/route.ts';
import { standingsOf } from '../standings.ts';
import { oneOrMore, wholeNumber, yesOrNo } from './inputs.ts';

export const status = defineRoute({
  method: 'get',
  path: '/v1/status',
  access: 'read',
  summary: 'How each job stands: last success, last attempt, next run',
  input: {
    query: z.object({ job: z.optional(oneOrMore), maxAgeMs: z.optional(wholeNumber(1, Number.MAX_SAFE_INTEGER)) }),
  },
  answers: { 200: { text: 'One entry for each job and repository', document: 'status' } },
  async handle({ daemon, query }) {
    return { document: { schema: 'umbra.status/1', ...(await standingsOf(daemon, query)) } };
  },
});

const columns = z.optional(wholeNumber(1, 10_000));

export const shownStatus = defineRoute({
  method: 'get',
  path: '/v1/status/shown',
  access: 'read',
  summary: 'How all jobs stand, in the words of `umbra status`',
  input: {
    query: z.object({
      outColumns: columns,
      outColour: yesOrNo,
      errColumns: columns,
      errColour: yesOrNo,
      unicode: yesOrNo,
    }),
  },
  answers: {
    200: { text: 'What belongs on standard output and on standard error, and the exit code', document: 'shown' },
  },
  async handle({ daemon, query: { outColumns, outColour, errColumns, errColour, unicode } }) {
    if (daemon.statusWords === undefined)
      throw new UmbraError('usage.unknown-command', 'this daemon has no words for how jobs stand', {
        hint: 'Ask /v1/status.',
      });
    const shown = await daemon.statusWords.of(daemon, {
      stdout: { columns: outColumns, colour: outColour },
      stderr: { columns: errColumns, colour: errColour },
      unicode,
    });
    return { document: { schema: 'umbra.shown/1', ...shown } };
  },
});
