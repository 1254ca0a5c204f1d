import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { AdoptedEnd, JobDefinition, Trigger } from '@umbracore/contracts';
import { memoryStateStore } from '@umbracore/state-store';
import { aJob, aNewRun, aPlan, aPruneJob, aRepository } from '@umbracore/testkit';
import { rememberSize } from '../repositories/measured-size.ts';
import { quotasOf } from './quotas.ts';

let stateDir: string;
beforeEach(() => {
  stateDir = mkdtempSync(join(tmpdir(), 'umbra-quota-'));
});
afterEach(() => rmSync(stateDir, { recursive: true }));

const store = memoryStateStore();
const main = aRepository({ name: 'main', quotaBytes: 1000 });
const configuration = { repositories: new Map([main, aRepository({ name: 'free' })].map((one) => [one.name, one])) };

/** A run that ended and stored so much. */
async function ended(queuedAt: number, bytesStored: number, job: JobDefinition = aJob(), trigger: Trigger = 'manual') {
  const stats = {
    filesNew: 0,
    filesChanged: 0,
    filesUnmodified: 0,
    filesProcessed: 0,
    bytesProcessed: 0,
    bytesAdded: 2 * bytesStored,
    bytesStored,
    durationMs: 1,
  };
  const end: AdoptedEnd = { outcome: 'succeeded', startedAt: queuedAt, finishedAt: queuedAt, snapshot: 'a', stats };
  const plan = aPlan({ job, repository: main });
  await store.record([{ ...aNewRun({ id: `r-${queuedAt}`, trigger, slot: null, queuedAt, plan }), end }]);
}

it('is what was measured, with what was stored since', async () => {
  const known = async (): Promise<unknown> => {
    const [quota, other] = await quotasOf({ configuration, store, paths: { stateDir } });
    expect([quota?.repository, other]).toEqual(['main', undefined]);
    return [quota?.usedBytes, quota?.isTight];
  };
  await ended(50, 500);
  expect(await known()).toEqual([undefined, false]);
  await rememberSize(stateDir, 'main', { storedBytes: 800, at: 100 });
  expect(await known()).toEqual([800, false]);
  await ended(150, 99);
  await ended(160, 500, aJob(), 'adopted');
  expect(await known()).toEqual([899, false]);
  await ended(170, 1);
  expect(await known()).toEqual([900, true]);
  // How much a prune has freed is not known until somebody looks.
  await ended(200, 0, aPruneJob());
  expect(await known()).toEqual([undefined, false]);
});
