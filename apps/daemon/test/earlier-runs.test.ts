import { expect, test } from 'vitest';
import type { RunDocument } from '@umbracore/runtime/documents';
import { aRepository } from '@umbracore/testkit';
import type { RequestDocument } from '../src/requests/request-document.ts';
import { World } from './support/world.ts';

const hour = 3_600_000;

/** A run of a slot, as the dispatcher records it. */
async function slotIsDue({ runtime, daemon }: World): Promise<string> {
  const job = daemon.live.current.jobs.get('documents');
  if (job === undefined) throw new Error('there is no such job');
  const now = runtime.clock.now();
  const plan = { job, repository: aRepository(), options: {} };
  const slot = { id: 'r-0000000000000001', trigger: 'schedule', slot: 'a', slotAt: now, queuedAt: now, plan } as const;
  runtime.coordinator.start().noteRuns(await runtime.store.record([slot]));
  return slot.id;
}

test('a person does not wait for a run of a schedule that tries again in an hour', async () => {
  const retry = { type: 'fixed', maxAttempts: 3, delayMs: hour } as const;
  await using world = await World.open({ documents: { retry } });
  world.backend.failNext('repository.unreachable', { method: 'backup' });
  const first = await slotIsDue(world);
  const run = async (id: string): Promise<RunDocument> =>
    (await world.get<{ readonly run: RunDocument }>(`/v1/runs/${id}`)).run;
  const waits = async (): Promise<boolean> => {
    const [entry] = await world.runtime.store.open();
    return entry?.run.state === 'retrying' && entry.lease === undefined;
  };
  await expect.poll(waits, { timeout: 60_000 }).toBe(true);
  const asked = JSON.parse((await world.post('/v1/runs', { jobs: ['documents'] })).text) as RequestDocument;
  const second = asked.runs[0]?.id ?? '';
  expect(second).not.toBe(first);
  await expect.poll(async () => (await run(second)).state, { timeout: 60_000 }).toBe('succeeded');
});
