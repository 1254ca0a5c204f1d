import type { JobDefinition } from '@umbracore/contracts';
import { explainDocument, jobDocument, type Explained } from '@umbracore/runtime/documents';
import { chosenJobs, jobNamed, nextStartOf } from '@umbracore/runtime/history';
import * as z from 'zod/mini';
import type { Daemon } from '../daemon.ts';
import { defineRoute } from '../http/route.ts';
import { instant, name } from './inputs.ts';
import { throttleNow } from './throttle.ts';

export const listJobs = defineRoute({
  method: 'get',
  path: '/v1/jobs',
  access: 'read',
  summary: 'The configured jobs',
  answers: { 200: { text: 'The jobs, in the order of the configuration', document: 'jobs' } },
  handle: ({ daemon }) => ({
    document: { schema: 'umbra.jobs/1', jobs: chosenJobs(daemon.live.current, []).map((job) => describe(daemon, job)) },
  }),
});

export const showJob = defineRoute({
  method: 'get',
  path: '/v1/jobs/{job}',
  access: 'read',
  summary: 'One job',
  input: { params: z.object({ job: name }) },
  answers: { 200: { text: 'The job', document: 'job' } },
  handle: ({ daemon, params }) => ({
    document: { schema: 'umbra.job/1', ...describe(daemon, jobNamed(daemon.live.current, params.job)) },
  }),
});

export const explainJob = defineRoute({
  method: 'get',
  path: '/v1/jobs/{job}/explain',
  access: 'read',
  summary: 'Why a job runs, or does not run, now or at another moment',
  input: { params: z.object({ job: name }), query: z.object({ at: z.optional(instant) }) },
  answers: { 200: { text: 'The decision for each of its repositories', document: 'explain' } },
  async handle({ daemon, params, query }) {
    const { id, repositories } = jobNamed(daemon.live.current, params.job);
    const at = query.at === undefined ? undefined : new Date(query.at);
    const explain = async (repository: string): Promise<Explained> => ({
      repository,
      decision: await daemon.runtime.coordinator.explain(id, at, repository),
    });
    const [first = '', ...more] = repositories;
    const explained: [Explained, ...Explained[]] = [await explain(first)];
    for (const repository of more) explained.push(await explain(repository));
    const throttle = at === undefined ? await throttleNow(daemon, id) : null;
    return { document: { schema: 'umbra.explain/1', ...explainDocument(id, explained, throttle) } };
  },
});

const describe = ({ runtime: { calendar, clock } }: Daemon, job: JobDefinition) =>
  jobDocument(job, nextStartOf(job, calendar, clock.now()));
