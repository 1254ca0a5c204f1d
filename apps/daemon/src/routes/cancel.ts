import { runDocument } from '@umbracore/runtime/documents';
import * as z from 'zod/mini';
import { defineRoute } from '../http/route.ts';
import { reason, runId } from './inputs.ts';
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
    // Of a run that nobody carries out the end is waited for there; whoever asks has the events for that.
    const asked = daemon.runtime.coordinator.cancel(id, body.reason);
    await Promise.race([asked, daemon.runtime.clock.sleep(200)]);
    asked.catch((error: unknown) => daemon.runtime.log.warn({ run: id, error: String(error) }, 'not cancelled'));
    return {
      status: 202,
      document: { schema: 'umbra.cancel/1', runs: [runDocument(await runNamed(daemon, id))] },
    };
  },
});
