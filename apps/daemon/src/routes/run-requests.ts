import { UmbraError } from '@umbracore/contracts';
import * as z from 'zod/mini';
import type { Daemon } from '../daemon.ts';
import { streamRequest } from '../events/stream-request.ts';
import { problem } from '../http/router.ts';
import { defineRoute, type Answer } from '../http/route.ts';
import { requestDocument } from '../requests/request-document.ts';
import type { RunRequest } from '../requests/run-request.ts';
import { wantedWork } from '../requests/wanted-work.ts';
import { eventId, idempotencyKey, reason } from './inputs.ts';

export const requestRuns = defineRoute({
  method: 'post',
  path: '/v1/runs',
  access: 'control',
  summary:
    'Runs jobs in turn. With `Accept: text/event-stream` the answer is their events until the last one has ended.',
  input: {
    headers: z.object({
      'idempotency-key': z.optional(idempotencyKey),
      'last-event-id': z.optional(eventId),
      accept: z.optional(z.string()),
    }),
    body: wantedWork,
  },
  answers: {
    202: { text: 'The request is under way; these runs have begun', document: 'request' },
    200: { text: 'The request has ended: the same key was sent before', document: 'request' },
  },
  async handle({ daemon, headers, body, exchange }) {
    daemon.readiness.awake();
    await daemon.refresh();
    // Whoever has just edited the file means what it says now, and not what it said before.
    if (body.trigger === 'manual' && daemon.live.refusal !== undefined) throw daemon.live.refusal.error;
    const before = headers['last-event-id'] ?? daemon.feed.newest;
    const key = headers['idempotency-key'];
    if (headers.accept?.includes('text/event-stream') === true) {
      const request = daemon.requests.submit(body, key);
      return streamRequest(exchange, { daemon, request, key, after: before });
    }
    const request = daemon.requests.leave(body, key);
    await request.begun;
    return answerTo(daemon, request, key, before);
  },
});

export async function answerTo(
  daemon: Daemon,
  request: RunRequest,
  key: string | undefined,
  after: number,
): Promise<Answer> {
  const { end, problems, runs } = request;
  const [refusal] = problems;
  // Nothing came of it: the one reason is the answer.
  if (end !== undefined && runs.length === 0 && end.runs.length === 0 && refusal !== undefined) return problem(refusal);
  const records = end?.runs ?? (await Promise.all(runs.map((run) => daemon.runtime.store.run(run))));
  const document = requestDocument(
    request,
    key,
    records.filter((run) => run !== undefined),
  );
  return { status: end === undefined ? 202 : 200, document: { ...document, after } };
}

export const cancelRequest = defineRoute({
  method: 'post',
  path: '/v1/requests/{key}/cancel',
  access: 'control',
  summary: 'Cancels the run of a request that is under way, and begins no further one',
  input: {
    params: z.object({ key: idempotencyKey }),
    body: z.strictObject({ reason: z._default(reason, 'asked for') }),
  },
  answers: { 202: { text: 'The request as it is now', document: 'request' } },
  handle({ daemon, params: { key }, body }) {
    const request = daemon.requests.get(key);
    if (request === undefined)
      throw new UmbraError('usage.unknown-run', `there is no request ${key}`, { hint: 'Cancel its runs instead.' });
    daemon.requests.cancel(key, body.reason);
    return { status: 202, document: requestDocument(request, key, []) };
  },
});
