import { UmbraError, type JobId, type RunId } from '@umbracore/contracts';
import { runDocument } from '@umbracore/runtime/documents';
import * as z from 'zod/mini';
import type { Daemon } from '../daemon.ts';
import { defineRoute } from '../http/route.ts';
import { awaitedDocument } from '../requests/request-document.ts';
import type { Awaited } from '../requests/run-request.ts';
import { name, reason, runId } from './inputs.ts';
import { runNamed } from './runs.ts';

export const cancel = defineRoute({
  method: 'post',
  path: '/v1/runs/{run}/cancel',
  access: 'control',
  summary: 'Asks a run to end cleanly; it has not ended yet when this is answered',
  input: { params: z.object({ run: runId }), body: z.strictObject({ reason: z.optional(reason) }) },
  answers: { 202: { text: 'The run as it is now', document: 'cancel' } },
  async handle({ daemon, params, body }) {
    const { id } = await runNamed(daemon, params.run);
    const follow = daemon.requests.followOf([id]);
    await askToEnd(daemon, id, body.reason);
    return { status: 202, document: await cancelDocument(daemon, [id], { follow, dropped: [] }) };
  },
});

export const cancelJob = defineRoute({
  method: 'post',
  path: '/v1/jobs/{job}/cancel',
  access: 'control',
  summary: 'Asks all runs of a job to end cleanly, and begins nothing of it that follows in a request',
  input: { params: z.object({ job: name }), body: z.strictObject({ reason: z.optional(reason) }) },
  answers: { 202: { text: 'The runs as they are now, and what does not begin any more', document: 'cancel' } },
  async handle({ daemon, params: { job }, body }) {
    const dropped = daemon.requests.drop(job, body.reason);
    const runs = await openRunsOf(daemon, job);
    if (runs.length === 0 && dropped.length === 0)
      throw new UmbraError('usage.unknown-run', `nothing of "${job}" is running`, {
        hint: 'See what ran: umbra history.',
      });
    const follow = daemon.requests.followOf(runs);
    await Promise.all(runs.map((id) => askToEnd(daemon, id, body.reason)));
    return { status: 202, document: await cancelDocument(daemon, runs, { follow, dropped }) };
  },
});

const openRunsOf = async ({ runtime: { store } }: Daemon, job: JobId): Promise<readonly RunId[]> =>
  (await store.open()).filter(({ run }) => run.job === job).map(({ run }) => run.id);

/** Of a run that nobody carries out the end is waited for there; whoever asks has the events for that. */
async function askToEnd({ runtime: { coordinator, clock, log } }: Daemon, id: RunId, why?: string): Promise<void> {
  const asked = coordinator.cancel(id, why);
  await Promise.race([asked, clock.sleep(200)]);
  asked.catch((error: unknown) => log.warn({ run: id, error: String(error) }, 'not cancelled'));
}

/** `umbra.cancel/1`: runs, what follows them all the same, and what does not begin any more. */
async function cancelDocument(
  daemon: Daemon,
  ids: readonly RunId[],
  { follow, dropped }: Readonly<Record<'follow' | 'dropped', readonly Awaited[]>>,
) {
  const runs = await Promise.all(ids.map((id) => runNamed(daemon, id)));
  return {
    schema: 'umbra.cancel/1',
    runs: runs.map(runDocument),
    follow: follow.map(awaitedDocument),
    dropped: dropped.map(awaitedDocument),
  };
}
