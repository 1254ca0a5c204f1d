import { workDocument } from '@umbracore/runtime/documents';
import * as z from 'zod/mini';
import { streamWork } from '../events/stream-work.ts';
import { defineRoute, type Answer } from '../http/route.ts';
import { repositoryWorkDocument } from '../requests/repository-work-document.ts';
import { reason } from './inputs.ts';

const work = z.object({ work: z.string().check(z.regex(/^w-[0-9a-z]+-\d+$/, 'is no id of a work')) });
const oneAnswer = { text: 'The work as it is now', document: 'repository-work' };

export const listRepositoryWorks = defineRoute({
  method: 'get',
  path: '/v1/repository-works',
  access: 'read',
  summary: 'What is long, done to a repository and no run: those since the daemon began, newest first',
  answers: { 200: { text: 'The works', document: 'repository-works' } },
  handle: ({ daemon: { works } }) => ({
    document: { schema: 'umbra.repository-works/1', works: works.list().map(workDocument) },
  }),
});

export const showRepositoryWork = defineRoute({
  method: 'get',
  path: '/v1/repository-works/{work}',
  access: 'read',
  summary:
    'One of them: how far it is, and what it ended with. With `Accept: text/event-stream` its events until it has ended.',
  input: { params: work, headers: z.object({ accept: z.optional(z.string()) }) },
  answers: { 200: oneAnswer },
  handle({ daemon, params: { work: id }, headers: { accept }, exchange }): Answer {
    const document = repositoryWorkDocument(daemon.works.get(id));
    return accept?.includes('text/event-stream') === true ? streamWork(exchange, daemon, id) : { document };
  },
});

export const cancelRepositoryWork = defineRoute({
  method: 'post',
  path: '/v1/repository-works/{work}/cancel',
  access: 'control',
  summary: 'Stops one that is under way; what it has done stays done',
  input: { params: work, body: z.strictObject({ reason: z._default(reason, 'asked for') }) },
  answers: { 202: oneAnswer },
  handle: ({ daemon: { works }, params: { work: id }, body }) => ({
    status: 202,
    document: repositoryWorkDocument(works.cancel(id, body.reason)),
  }),
});
