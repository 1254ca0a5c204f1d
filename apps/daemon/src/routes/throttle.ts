import { enginePriorities, type JobId, type ThrottleWords } from '@umbracore/contracts';
import { throttledRun, throttleOverview } from '@umbracore/runtime/history';
import { throttleOverviewDocument, type ThrottleOverviewDocument } from '@umbracore/runtime/documents';
import * as z from 'zod/mini';
import type { Daemon } from '../daemon.ts';
import { defineRoute } from '../http/route.ts';
import { runId } from './inputs.ts';
import { runNamed } from './runs.ts';

const rate = z.optional(z.nullable(z.int().check(z.positive())));
const priority = z.optional(z.enum(enginePriorities));

/** What is absent stays as it was set before; null lifts a limit, whatever the policies say. */
const words = z.strictObject({
  auto: z.optional(z.literal(true)),
  paused: z.optional(z.boolean()),
  priority,
  ioPriority: priority,
  cpu: z.optional(z.nullable(z.number().check(z.positive(), z.lte(1)))),
  upload: rate,
  download: rate,
  readConcurrency: z.optional(z.nullable(z.int().check(z.gte(1), z.lte(64)))),
});

const sourcesOf = ({ runtime: { coordinator, store }, live }: Daemon) => ({
  coordinator,
  store,
  configuration: live.current,
});

/** What holds back runs of a job, or of every one. */
export async function throttleNow(daemon: Daemon, job?: JobId): Promise<ThrottleOverviewDocument> {
  const { runs, jobs } = await throttleOverview(sourcesOf(daemon), job);
  return throttleOverviewDocument(runs, jobs);
}

export const showThrottle = defineRoute({
  method: 'get',
  path: '/v1/throttle',
  access: 'read',
  summary: 'What holds runs back, and what the sensors of jobs and repositories say',
  answers: { 200: { text: 'Runs that have not ended, and jobs', document: 'throttle' } },
  handle: async ({ daemon }) => ({ document: { schema: 'umbra.throttle/1', ...(await throttleNow(daemon)) } }),
});

export const throttleRun = defineRoute({
  method: 'post',
  path: '/v1/runs/{run}/throttle',
  access: 'control',
  summary: 'Changes how gently a run works until it has ended, or with `auto` leaves it to the policies again',
  input: { params: z.object({ run: runId }), body: words },
  answers: { 200: { text: 'The run, and what holds it back now', document: 'throttle' } },
  async handle({ daemon, params, body }) {
    const record = await runNamed(daemon, params.run);
    const { throttling } = daemon.runtime.coordinator;
    const wish = body.auto === true ? null : { ...throttling.wishFor(record.id), ...wordsIn(body) };
    await throttling.set(record.id, wish);
    const run = await throttledRun(sourcesOf(daemon), record);
    return { document: { schema: 'umbra.throttle/1', ...throttleOverviewDocument([run], []) } };
  },
});

function wordsIn({ auto: _auto, cpu, upload, download, ...rest }: z.output<typeof words>): ThrottleWords {
  const all = { ...rest, cpuShare: cpu, uploadBytesPerSecond: upload, downloadBytesPerSecond: download };
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined));
}
