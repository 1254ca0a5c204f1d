import { snapshotsDocument } from '@umbracore/runtime/documents';
import { listSnapshots, repositoriesFor } from '@umbracore/runtime/history';
import * as z from 'zod/mini';
import { goneSignal } from '../http/gone.ts';
import { defineRoute } from '../http/route.ts';
import { name, oneOrMore, wholeNumber, yesOrNo } from './inputs.ts';

const text = z.string().check(z.maxLength(4096));

export const showSnapshots = defineRoute({
  method: 'get',
  path: '/v1/snapshots',
  access: 'read',
  summary: 'The saved states, the newest first',
  input: {
    query: z.object({
      job: z.optional(name),
      repository: z.optional(name),
      tag: z.optional(oneOrMore),
      host: z.optional(text),
      path: z.optional(text),
      pinned: z.optional(yesOrNo),
      latest: z.optional(wholeNumber(0, Number.MAX_SAFE_INTEGER)),
      offline: z.optional(yesOrNo),
    }),
  },
  answers: { 200: { text: 'Those that fit, and what could not be read', document: 'snapshots' } },
  async handle({ daemon: { live, runtime }, query: { job, repository, tag: tags, ...others }, exchange }) {
    const repositories = repositoriesFor(live.current, job, repository);
    const signal = goneSignal(exchange);
    const list = await listSnapshots(runtime, { ...others, repositories, job, tags, signal });
    return { document: { schema: 'umbra.snapshots/1', ...snapshotsDocument(list) } };
  },
});
