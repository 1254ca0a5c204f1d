import { ok, rejects } from 'node:assert/strict';
import { isUmbraError, type ErrorCode, type Lease, type ProcessIdentity, type StateStore } from '@umbracore/contracts';
import { aJob, aPlan, aRepository } from './builders.ts';

/** One store under test. Whoever runs a case disposes it. */
export interface StateStoreSubject extends AsyncDisposable {
  /** The open store; a new object after `reopen`. */
  readonly store: StateStore;
  /** Closes the store and opens it again where that keeps its content; absent for stores that live in memory. */
  readonly reopen?: (() => Promise<void>) | undefined;
}

export interface StateStoreCase {
  readonly name: string;
  run(subject: StateStoreSubject): Promise<void>;
}

export const start = Date.UTC(2026, 0, 5, 12);
export const ttlMs = 60_000;

export const owner = (pid: number): ProcessIdentity => ({
  pid,
  startTime: `${pid}00`,
  bootId: 'boot',
  host: 'test-host',
});

export const inJob = (job: string, repository = 'main') =>
  aPlan({ job: aJob({ id: job }), repository: aRepository({ name: repository }) });

export async function claimed(store: StateStore, run: string, pid = 1, now = start): Promise<Lease> {
  const result = await store.claim(run, { owner: owner(pid), now, ttlMs });
  ok(result.granted, `run ${run} should be granted`);
  return result.lease;
}

export const refuses = (promise: Promise<unknown>, code: ErrorCode): Promise<void> =>
  rejects(promise, (thrown) => isUmbraError(thrown) && thrown.code === code);

export async function finished(store: StateStore, run: string, at = start): Promise<void> {
  const lease = await claimed(store, run, 1, at);
  const revision = (await store.run(run))?.revision ?? 0;
  await store.update(lease, revision, { state: 'succeeded', finishedAt: at });
}
