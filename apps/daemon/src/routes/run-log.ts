import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { UmbraError } from '@umbracore/contracts';
import * as z from 'zod/mini';
import { defineRoute } from '../http/route.ts';
import { runId } from './inputs.ts';
import { runNamed } from './runs.ts';

export const runLog = defineRoute({
  method: 'get',
  path: '/v1/runs/{run}/log',
  access: 'read',
  summary: 'What the engines of a run said',
  input: { params: z.object({ run: runId }) },
  answers: { 200: { text: 'The lines of its log', document: 'log' } },
  async handle({ daemon, params }) {
    const run = await runNamed(daemon, params.run);
    const file = join(daemon.runtime.paths.logDir, `${run.id}.log`);
    const content = await readFile(file, 'utf8').catch((cause: unknown) => {
      throw new UmbraError('usage.unknown-run', `the run ${run.id} has no log`, { cause });
    });
    const lines = content.split('\n').slice(0, content.endsWith('\n') ? -1 : undefined);
    return { document: { schema: 'umbra.log/1', run: run.id, job: run.job, lines } };
  },
});
