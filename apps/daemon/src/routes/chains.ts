import { chainDocument, chainOverview } from '@umbracore/runtime/documents';
import { chainNamed, chainsOf, lastRunOf, nextStartOf } from '@umbracore/runtime/history';
import * as z from 'zod/mini';
import { defineRoute } from '../http/route.ts';
import { name } from './inputs.ts';

export const listChains = defineRoute({
  method: 'get',
  path: '/v1/chains',
  access: 'read',
  summary: 'The configured chains',
  answers: { 200: { text: 'The chains, in the order of the configuration', document: 'chains' } },
  handle({ daemon: { live, runtime } }) {
    const { calendar, clock } = runtime;
    const chains = chainsOf(live.current).map((chain) =>
      chainOverview(chain, nextStartOf(chain, calendar, clock.now())),
    );
    return { document: { schema: 'umbra.chains/1', chains } };
  },
});

export const showChain = defineRoute({
  method: 'get',
  path: '/v1/chains/{chain}',
  access: 'read',
  summary: 'A chain with its graph and how its last run went',
  input: { params: z.object({ chain: name }) },
  answers: { 200: { text: 'The chain', document: 'chain' } },
  async handle({ daemon: { live, runtime }, params }) {
    const { calendar, clock } = runtime;
    const chain = chainNamed(live.current, params.chain);
    const next = nextStartOf(chain, calendar, clock.now());
    const last = await lastRunOf(runtime, chain, clock.now());
    return { document: { schema: 'umbra.chain/1', ...chainDocument(chain, { next, ...last }) } };
  },
});
