import { repositoryNamed } from '@umbracore/runtime/history';
import { pinResultDocument } from '@umbracore/runtime/documents';
import type { Pin } from '@umbracore/contracts';
import * as z from 'zod/mini';
import type { Daemon } from '../daemon.ts';
import { goneSignal } from '../http/gone.ts';
import { defineRoute, type Exchange } from '../http/route.ts';
import { name, reason, snapshotId } from './inputs.ts';

const params = z.object({ repository: name, snapshot: snapshotId });
const answers = { 200: { text: 'The snapshot as it is now, perhaps under a new id', document: 'pin' } };

export const pinSnapshot = defineRoute({
  method: 'post',
  path: '/v1/repositories/{repository}/snapshots/{snapshot}/pin',
  access: 'control',
  summary: 'Pins a snapshot, so that nothing forgets it',
  input: { params, body: z.strictObject({ reason: z.optional(reason) }) },
  answers,
  handle: ({ daemon, params: of, body, exchange }) => change(daemon, of, { reason: body.reason }, exchange),
});

export const unpinSnapshot = defineRoute({
  method: 'post',
  path: '/v1/repositories/{repository}/snapshots/{snapshot}/unpin',
  access: 'control',
  summary: 'Takes the pin of a snapshot away',
  input: { params, body: z.strictObject({}) },
  answers,
  handle: ({ daemon, params: of, exchange }) => change(daemon, of, null, exchange),
});

async function change(
  { live, runtime }: Daemon,
  { repository, snapshot }: z.output<typeof params>,
  pin: Pin | null,
  exchange: Exchange,
) {
  const { name: known } = repositoryNamed(live.current, repository);
  const result = await runtime.coordinator.retention.setPin(known, { snapshot, pin, signal: goneSignal(exchange) });
  return { document: { schema: 'umbra.pin/1', ...pinResultDocument(known, result) } };
}
