import { copyFileSync, mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { StateStore } from '@umbracore/contracts';
import { aJob, aNewRun, aPlan } from '@umbracore/testkit';

export const start = Date.UTC(2026, 0, 5, 12);

/** Numbers that are the same in every run of a test. */
export function chance(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

/** Runs one job to its end. */
export async function finish(store: StateStore, id: string, at = start, job = `job-${id}`): Promise<void> {
  await store.enqueue(aNewRun({ id, slot: id, queuedAt: at, plan: aPlan({ job: aJob({ id: job }) }) }));
  const owner = { pid: 1, startTime: '1', bootId: 'b', host: 'h' };
  const claim = await store.claim(id, { owner, now: at, ttlMs: 60_000 });
  if (!claim.granted) throw new Error(`run ${id} was not granted`);
  await store.recordStep(claim.lease, { attempt: 1, kind: 'backup', stage: 'intent', at, detail: {} });
  await store.update(claim.lease, 1, { state: 'succeeded', startedAt: at, finishedAt: at + 5, snapshot: id.repeat(8) });
}

export const runId = (n: number): string => `r-${String(n).padStart(3, '0')}`;

export async function fill(store: StateStore, count: number): Promise<void> {
  for (let n = 0; n < count; n += 1) await finish(store, runId(n), start + n);
}

export const fileOf = (dir: string): string => join(dir, 'state.db');

/** A copy of a closed state file in a folder of its own. */
export function copyOf(file: string, dir: string): string {
  mkdirSync(dir, { recursive: true });
  const copy = join(dir, 'state.db');
  if (dirname(file) !== dir) copyFileSync(file, copy);
  return copy;
}
