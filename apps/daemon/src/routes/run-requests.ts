import { UmbraError } from '@umbracore/contracts';
import * as z from 'zod/mini';
import type { Daemon } from '../daemon.ts';
import { streamRequest } from '../events/stream-request.ts';
import { problem } from '../http/router.ts';
import { defineRoute, type Answer } from '../http/route.ts';
import { requestDocument } from '../requests/request-document.ts';
import type { RunRequest } from '../requests/run-request.ts';
import { eventId, idempotencyKey, name, reason, snapshotId } from './inputs.ts';

const verifyLevel = z.enum(['none', 'metadata', 'sample', 'full']);

const options = z.strictObject({
  compressionLevel: z.optional(z.int().check(z.gte(0), z.lte(9))),
  verifyAfterCompletion: z.optional(z.union([z.boolean(), verifyLevel])),
  dryRun: z.optional(z.boolean()),
  retry: z.optional(z.boolean()),
  uploadBytesPerSecond: z.optional(z.number().check(z.gt(0))),
  strategy: z.optional(z.enum(['incremental', 'differential', 'full'])),
  parent: z.optional(name),
  force: z.optional(z.boolean()),
  ignoreConditions: z.optional(z.boolean()),
  agreedSnapshots: z.optional(z.array(snapshotId).check(z.maxLength(50_000))),
});

const body = z.strictObject({
  jobs: z._default(z.array(name).check(z.maxLength(1000)), []),
  all: z._default(z.boolean(), false),
  tags: z._default(z.array(z.string()).check(z.maxLength(100)), []),
  repository: z.optional(name),
  trigger: z._default(z.enum(['manual', 'api']), 'api'),
  wait: z.optional(z.union([z.literal(true), z.number().check(z.gt(0))])),
  options: z._default(options, {}),
});

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
    body,
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
    const request = daemon.requests.submit(body, key);
    if (headers.accept?.includes('text/event-stream') === true)
      return streamRequest(exchange, { daemon, request, key, after: before });
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
    request.cancel(body.reason);
    return { status: 202, document: requestDocument(request, key, []) };
  },
});
