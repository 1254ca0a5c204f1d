import { planDump, writeDump, type Dump } from '@umbracore/runtime';
import { repositoryNamed } from '@umbracore/runtime/history';
import * as z from 'zod/mini';
import { goneSignal } from '../http/gone.ts';
import { defineRoute, type Answer } from '../http/route.ts';
import { sendPieces } from '../http/send-pieces.ts';
import { filled, name, snapshotId } from './inputs.ts';
import { snapshotIn } from './restores.ts';

export const dump = defineRoute({
  method: 'get',
  path: '/v1/repositories/{repository}/snapshots/{snapshot}/dump',
  access: 'read',
  summary: 'A file of a snapshot, or a folder as an archive. What breaks off is cut off: it has no end.',
  input: {
    params: z.object({ repository: name, snapshot: snapshotId }),
    query: z.object({ path: z.optional(filled), archive: z.optional(z.enum(['tar', 'zip'])) }),
  },
  answers: { 200: { text: 'The bytes', mediaType: 'application/octet-stream' } },
  async handle({ daemon: { live, runtime }, params, query, exchange }): Promise<Answer> {
    const signal = goneSignal(exchange);
    const backend = await runtime.repositories.backend(repositoryNamed(live.current, params.repository), signal);
    const snapshot = await snapshotIn(backend, params.snapshot, signal);
    const wanted = await planDump(backend, snapshot, query, { signal });
    const { request, response } = exchange;
    if (request.method !== 'HEAD')
      await sendPieces(response, headersOf(wanted), (sink) => writeDump(backend, wanted, sink, { signal }));
    else response.writeHead(200, headersOf(wanted)).end();
    return 'written';
  },
});

/** Never shown by a browser: it is anybody's content. */
const headersOf = ({ fileName }: Dump): Record<string, string> => ({
  'cache-control': 'no-store',
  'content-type': 'application/octet-stream',
  'content-disposition': `attachment; filename*=UTF-8''${encodeURIComponent(fileName)}`,
  'x-content-type-options': 'nosniff',
});
