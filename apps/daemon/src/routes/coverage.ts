import { coveragesDocument } from '@umbracore/runtime/documents';
import { knownCoverage, repositoryNamed, type KnownCoverage } from '@umbracore/runtime/history';
import * as z from 'zod/mini';
import { goneSignal } from '../http/gone.ts';
import { defineRoute } from '../http/route.ts';
import { name } from './inputs.ts';

export const showCoverage = defineRoute({
  method: 'get',
  path: '/v1/coverage',
  access: 'read',
  summary: 'How much of each repository was read again, how long ago, and whether the deadline for it can be kept',
  input: { query: z.object({ repository: z.optional(name) }) },
  answers: { 200: { text: 'One entry for each repository', document: 'coverage' } },
  async handle({ daemon: { live, runtime }, query: { repository }, exchange }) {
    const { repositories } = live.current;
    const signal = goneSignal(exchange);
    const wanted = repository === undefined ? [...repositories.values()] : [repositoryNamed(live.current, repository)];
    const known: KnownCoverage[] = [];
    for (const each of wanted) {
      known.push(await knownCoverage({ ...runtime, configuration: live.current }, each, signal));
    }
    return { document: coveragesDocument(known) };
  },
});
