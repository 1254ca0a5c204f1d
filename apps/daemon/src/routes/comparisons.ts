import { UmbraError, type PathChange } from '@umbracore/contracts';
import { documentTeller, growthDocument } from '@umbracore/runtime/documents';
import {
  compareSnapshots,
  Counter,
  demandCatalogued,
  demandNoneAhead,
  findPair,
  growthBetween,
  isWanted,
  listedOf,
  placeInPair,
  type PairOptions,
} from '@umbracore/runtime/history';
import * as z from 'zod/mini';
import type { Daemon } from '../daemon.ts';
import { goneSignal } from '../http/gone.ts';
import { defineRoute, type Answer } from '../http/route.ts';
import { sendPieces } from '../http/send-pieces.ts';
import { catalogOnly, filled, name, oneOrMore, oneOrMoreOf, wholeNumber, yesOrNo } from './inputs.ts';

/** Two snapshots: by two refs, by one and the one before it, or the newest two of the job. */
const pair = {
  ref: z.optional(oneOrMore),
  job: z.optional(name),
  path: z.optional(filled),
  repository: z.optional(name),
  offline: z.optional(yesOrNo),
};

interface WantedPair extends PairOptions {
  readonly ref?: readonly string[] | undefined;
}

function pairOf({ runtime, live }: Daemon, { ref = [], ...options }: WantedPair) {
  if (ref.length > 2) {
    throw new UmbraError('usage.invalid', 'no more than two snapshots are compared', { hint: 'Give `ref` twice.' });
  }
  return findPair({ ...runtime, configuration: live.current }, ref, options);
}

export const showGrowth = defineRoute({
  method: 'get',
  path: '/v1/growth',
  access: 'read',
  summary: 'Which folders grew between two snapshots, what changed most first',
  input: { query: z.object({ ...pair, limit: z.optional(wholeNumber(1, 100_000)), catalogOnly }) },
  answers: { 200: { text: 'What lies in the folder, then and now', document: 'growth' } },
  async handle({ daemon, query: { limit, catalogOnly: isQuick, ...query }, exchange }) {
    const signal = goneSignal(exchange);
    const found = await pairOf(daemon, { ...query, signal });
    if (isQuick === true) demandCatalogued(found, [found.from, found.to]);
    const growth = await growthBetween(found, { signal });
    const folders = growth.folders.slice(0, limit);
    return { document: { schema: 'umbra.growth/1', ...growthDocument({ ...found, ...growth, folders }) } };
  },
});

export const showDiff = defineRoute({
  method: 'get',
  path: '/v1/diff',
  access: 'read',
  summary: 'What differs between two snapshots, written as it is found. What breaks off is cut off: it has no end.',
  input: {
    query: z.object({
      ...pair,
      only: z.optional(oneOrMoreOf(z.enum(['added', 'removed', 'changed']))),
      stat: z.optional(yesOrNo),
      metadata: z.optional(yesOrNo),
      bytes: z.optional(yesOrNo),
      catalogOnly,
    }),
  },
  answers: { 200: { text: 'The changes, and what they come to', document: 'diff' } },
  async handle({ daemon, query: { metadata = false, bytes = false, ...rest }, exchange }): Promise<Answer> {
    const { catalogOnly: isQuick, only: words, stat = false, ...query } = rest;
    const only = listedOf(words, stat);
    const signal = goneSignal(exchange);
    const found = await pairOf(daemon, { ...query, signal });
    if (isQuick === true) demandNoneAhead(found);
    const path = await placeInPair(found, { signal });
    const { from, to, asOf, repository } = found;
    const head = { repository: repository.name, from, to, asOf, path, metadata, only };
    await sendPieces(exchange.response, headers, async (sink) => {
      let pieces = '';
      const teller = documentTeller(head, (piece) => (pieces += piece));
      const flush = async (): Promise<void> => {
        const bytesOf = Buffer.from(pieces);
        pieces = '';
        if (bytesOf.length > 0) await sink(bytesOf);
      };
      const counter = new Counter();
      const take = async (some: readonly PathChange[]): Promise<void> => {
        for (const change of some) counter.add(change);
        teller.changes(some.filter(({ change }) => isWanted(change, only)));
        await flush();
      };
      const known = await compareSnapshots(found, { path, metadata, bytes, take, catalogOnly: isQuick }, { signal });
      teller.end({ tally: counter.tally, ...known });
      await flush();
    });
    return 'written';
  },
});

const headers = { 'cache-control': 'no-store', 'content-type': 'application/json' };
