import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { jobKinds, runStates, UmbraError, type RunRecord } from '@umbracore/contracts';
import {
  historyLines,
  mediaTypeOf,
  shownRunDocument,
  standingRunDocument,
  statisticsDocument,
} from '@umbracore/runtime/documents';
import { allLeftBehind, runsIn, runsLeftBehind, statisticsOf } from '@umbracore/runtime/history';
import * as z from 'zod/mini';
import type { Daemon } from '../daemon.ts';
import { goneSignal } from '../http/gone.ts';
import { defineRoute, type Answer } from '../http/route.ts';
import { followRun } from '../requests/follow-run.ts';
import { instant, name, oneOrMore, runId, wholeNumber } from './inputs.ts';

/** What chooses runs of the history. */
const wanted = {
  job: z.optional(name),
  repository: z.optional(name),
  parent: z.optional(runId),
  state: z.optional(z.pipe(oneOrMore, z.array(z.enum(runStates)))),
  kind: z.optional(z.pipe(oneOrMore, z.array(z.enum(jobKinds)))),
  since: z.optional(instant),
  until: z.optional(instant),
  text: z.optional(z.string().check(z.maxLength(1000))),
};

export const listRuns = defineRoute({
  method: 'get',
  path: '/v1/runs',
  access: 'read',
  summary: 'Runs, newest first',
  input: {
    query: z.object({
      ...wanted,
      after: z.optional(runId).check(z.describe('Only what comes after this run: the last one of the page before')),
      limit: z._default(wholeNumber(1, 1000), 20),
    }),
  },
  answers: { 200: { text: 'The runs', document: 'history' } },
  async handle({ daemon, query: { state, kind, after, ...query } }) {
    const last = after === undefined ? undefined : await runNamed(daemon, after);
    const runs = await daemon.runtime.store.runs({ ...query, states: state, kinds: kind, after: last });
    const leftBehind = await runsLeftBehind(daemon.runtime, runs, daemon.runtime.clock.now());
    return { document: { schema: 'umbra.history/1', runs: runs.map((each) => standingRunDocument(each, leftBehind)) } };
  },
});

export const showStatistics = defineRoute({
  method: 'get',
  path: '/v1/statistics',
  access: 'read',
  summary: 'What runs come to, by job: outcomes, lengths, bytes added',
  input: { query: z.object(wanted) },
  answers: { 200: { text: 'The figures', document: 'statistics' } },
  async handle({ daemon: { runtime }, query: { state, kind, ...query } }) {
    const statistics = await statisticsOf(runsIn(runtime.store, { ...query, states: state, kinds: kind }));
    return { document: { schema: 'umbra.statistics/1', ...statisticsDocument(statistics) } };
  },
});

export const exportRuns = defineRoute({
  method: 'get',
  path: '/v1/export',
  access: 'read',
  summary: 'All runs that are asked for, newest first, for other programs',
  input: { query: z.object({ ...wanted, format: z._default(z.enum(['csv', 'jsonl']), 'jsonl') }) },
  answers: {
    200: { text: 'A line for each run; as JSON each is a document of its own', mediaType: 'application/jsonl' },
  },
  async handle({
    daemon: { runtime },
    query: { state, kind, format, ...query },
    exchange: { response },
  }): Promise<Answer> {
    const leftBehind = await allLeftBehind(runtime, runtime.clock.now());
    const lines = historyLines(runsIn(runtime.store, { ...query, states: state, kinds: kind }), format, leftBehind);
    response.writeHead(200, { 'content-type': mediaTypeOf(format), 'cache-control': 'no-store' });
    // Whoever has gone wants no more of it.
    await pipeline(Readable.from(lines), response).catch(() => undefined);
    return 'written';
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
    const { store, clock } = daemon.runtime;
    const leftBehind = await runsLeftBehind(daemon.runtime, [run], clock.now());
    return { document: { schema: 'umbra.run/1', ...(await shownRunDocument(store, run, leftBehind)) } };
  },
});

/** Throws `usage.unknown-run`. */
export async function runNamed({ runtime }: Daemon, id: string): Promise<RunRecord> {
  const run = await runtime.store.run(id);
  if (run !== undefined) return run;
  throw new UmbraError('usage.unknown-run', `there is no run ${id}`, { hint: 'List runs with `umbra history`.' });
}
