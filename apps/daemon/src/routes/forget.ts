import type { ForgetOutlook } from '@umbracore/contracts';
import type { TakenBack } from '@umbracore/runtime';
import { forgetDocument, forgetUndoneDocument } from '@umbracore/runtime/documents';
import { chooseForgets } from '@umbracore/runtime/history';
import * as z from 'zod/mini';
import { goneSignal } from '../http/gone.ts';
import { defineRoute } from '../http/route.ts';
import { name, oneOrMore } from './inputs.ts';

export const showForget = defineRoute({
  method: 'get',
  path: '/v1/forget',
  access: 'read',
  summary: 'What the forget jobs would remove now, what stays and what is held back, each with its reasons',
  input: { query: z.object({ job: z.optional(oneOrMore), repository: z.optional(name) }) },
  answers: { 200: { text: 'A plan for each forget job and repository', document: 'forget' } },
  async handle({ daemon: { live, runtime }, query: { job = [], repository }, exchange }) {
    const signal = goneSignal(exchange);
    const outlooks: ForgetOutlook[] = [];
    for (const wanted of chooseForgets(live.current, job, repository)) {
      const { only } = wanted;
      outlooks.push(await runtime.coordinator.retention.preview(wanted.job, wanted.repository, { only, signal }));
    }
    return { document: { schema: 'umbra.forget/1', ...forgetDocument(outlooks) } };
  },
});

export const undoForget = defineRoute({
  method: 'post',
  path: '/v1/forget/undo',
  access: 'control',
  summary: 'Takes back what forget jobs have marked to be removed',
  input: { body: z.strictObject({ jobs: z._default(z.array(name), []), repository: z.optional(name) }) },
  answers: { 200: { text: 'What was taken back, by its old and new ids', document: 'forget-undone' } },
  async handle({ daemon: { live, runtime }, body: { jobs, repository }, exchange }) {
    const signal = goneSignal(exchange);
    const taken: TakenBack[] = [];
    for (const { job, repository: where, only } of chooseForgets(live.current, jobs, repository)) {
      taken.push(await runtime.coordinator.retention.takeBack(job, where, { only, signal }));
    }
    return { document: { schema: 'umbra.forget-undone/1', ...forgetUndoneDocument(taken) } };
  },
});
