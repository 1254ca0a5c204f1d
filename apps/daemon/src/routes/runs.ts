import { jobKinds, runOutcomes, UmbraError, type RunRecord } from '@umbracore/contracts';
import { runDocument, shownRunDocument } from '@umbracore/runtime/documents';
import * as z from 'zod/mini';
import type { Daemon } from '../daemon.ts';
import { goneSignal } from '../http/gone.ts';
import { defineRoute } from '../http/route.ts';
import { followRun } from '../requests/follow-run.ts';
import { instant, name, oneOrMore, runId, wholeNumber } from './inputs.ts';

const states = ['queued', 'running', 'retrying', ...runOutcomes] as const;

export const listRuns = defineRoute({
  method: 'get',
  path: '/v1/runs',
  access: 'read',
  summary: 'Runs, newest first',
  input: {
    query: z.object({
      job: z.optional(name),
      repository: z.optional(name),
      parent: z.optional(runId),
      state: z.optional(z.pipe(oneOrMore, z.array(z.enum(states)))),
      kind: z.optional(z.pipe(oneOrMore, z.array(z.enum(jobKinds)))),
      since: z.optional(instant),
      until: z.optional(instant),
      limit: z._default(wholeNumber(1, 1000), 20),
    }),
  },
  answers: { 200: { text: 'The runs', document: 'history' } },
  async handle({ daemon, query: { state, kind, ...query } }) {
    const runs = await daemon.runtime.store.runs({ ...query, states: state, kinds: kind });
    return { document: { schema: 'umbra.history/1', runs: runs.map(runDocument) } };
  },
});

export const showRun = defineRoute({
  method: 'get',
  path: '/v1/runs/{run}',
  access: 'read',
  summary: 'One run with its steps',
  input: {
    params: z.object({ run: runId }),
    query: z.object({ wait: z._default(z.stringbool(), false).check(z.describe('Answered when the run has ended')) }),
  },
  answers: { 200: { text: 'The run and its steps', document: 'run' } },
  async handle({ daemon, params, query: { wait }, exchange }) {
    const known = await runNamed(daemon, params.run);
    const run = wait ? await followRun(daemon.runtime, known.id, { gone: goneSignal(exchange) }) : known;
    return { document: { schema: 'umbra.run/1', ...(await shownRunDocument(daemon.runtime.store, run)) } };
  },
});

/** Throws `usage.unknown-run`. */
export async function runNamed({ runtime }: Daemon, id: string): Promise<RunRecord> {
  const run = await runtime.store.run(id);
  if (run !== undefined) return run;
  throw new UmbraError('usage.unknown-run', `there is no run ${id}`, { hint: 'List runs with `umbra history`.' });
}
