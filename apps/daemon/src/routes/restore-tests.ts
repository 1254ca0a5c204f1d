import * as z from 'zod/mini';
import { drillFor, jobNamed, repositoryNamed } from '@umbracore/runtime';
import { defineRoute } from '../http/route.ts';
import { idempotencyKey, name } from './inputs.ts';
import { answerTo } from './run-requests.ts';

export const requestRestoreTest = defineRoute({
  method: 'post',
  path: '/v1/restore-tests',
  access: 'control',
  summary:
    'Restores some files of a repository by way of trial and compares them: the drill it has, or one with the defaults',
  input: {
    headers: z.object({ 'idempotency-key': z.optional(idempotencyKey) }),
    body: z.strictObject({
      repository: name,
      job: z.optional(name),
      files: z.optional(z.int().check(z.gte(1), z.lte(1000))),
    }),
  },
  answers: {
    202: { text: 'The request is under way; this run has begun', document: 'request' },
    200: { text: 'The request has ended: the same key was sent before', document: 'request' },
  },
  async handle({ daemon, headers, body }) {
    daemon.readiness.awake();
    await daemon.refresh();
    const { repository, job } = body;
    const definition = repositoryNamed(daemon.live.current, repository);
    if (job !== undefined) jobNamed(daemon.live.current, job);
    const drill = drillFor(daemon.live.current, body);
    await daemon.runtime.coordinator.registerBackupJob(drill, [definition]);
    const key = headers['idempotency-key'];
    const before = daemon.feed.newest;
    const work = { jobs: [drill.id], all: false, tags: [], repository, trigger: 'api', options: {} } as const;
    const request = daemon.requests.submit(work, key, drill);
    await request.begun;
    return await answerTo(daemon, request, key, before);
  },
});
