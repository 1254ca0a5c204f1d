import { aCheckJob, aCopyJob, aForgetJob, aPruneJob } from '@umbracore/testkit';
import type { FakeBackend } from '@umbracore/testkit';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { RetryStrategy } from '../src/index.ts';
import { made, numbersIn, put, TwoRepositories } from './two-repositories.ts';

let stage: TwoRepositories;
let source: FakeBackend;
let target: FakeBackend;

beforeEach(async () => {
  stage = await TwoRepositories.create();
  ({ source, target } = stage);
});

afterEach(() => stage[Symbol.asyncDispose]());

describe('every kind that works on a repository', () => {
  const transient = RetryStrategy.exponentialBackoff({ maxAttempts: 2, initialDelay: '1m' });
  const kinds = [
    ['copy', 'copyFrom', aCopyJob({ retry: transient })],
    ['forget', 'forget', aForgetJob({ retry: transient })],
    ['prune', 'prune', aPruneJob({ retry: transient })],
    ['check', 'check', aCheckJob({ retry: transient })],
  ] as const;

  test.each(kinds)('%s is tried again after a failure that may pass', async (_, method, job) => {
    put(source, made(1), made(2));
    put(target, made(3), made(4));
    target.failNext('repository.unreachable', { method });
    expect(await stage.run(job)).toMatchObject({ outcome: 'succeeded', attempts: 2 });
  });

  test.each(kinds)('%s fails at once otherwise', async (_, method, job) => {
    put(source, made(1), made(2));
    put(target, made(3), made(4));
    target.failNext('repository.wrong-password', { method });
    expect(await stage.run(job)).toMatchObject({ outcome: 'failed', attempts: 1, error: { exitCode: 12 } });
  });

  test.each(kinds)('%s can be cancelled', async (_, method, job) => {
    put(source, made(1), made(2));
    put(target, made(3), made(4));
    const held = target.holdNext(method);
    const { handle } = await stage.start(job);
    await held.reached;
    handle.cancel('not today');
    expect(await handle).toMatchObject({ outcome: 'cancelled', snapshotId: undefined });
    expect(await numbersIn(target)).toEqual([3, 4]);
  });

  test.each(kinds)('%s that hangs is ended, and so is one that takes too long', async (_, method, job) => {
    put(source, made(1), made(2));
    put(target, made(3), made(4));
    for (const [limits, code] of [
      [{ stallTimeoutMs: 60_000 }, 'engine.stalled'],
      [{ maxRuntimeMs: 5000 }, 'run.deadline'],
    ] as const) {
      const held = target.holdNext(method);
      const { handle } = await stage.start({ ...job, retry: { type: 'none' }, ...limits });
      await held.reached;
      await stage.seconds(61);
      expect(await handle).toMatchObject({ outcome: 'failed', error: { code } });
    }
  });

  test.each(kinds)('%s waits for a lock and heals those of the dead', async (_, method, job) => {
    put(source, made(1), made(2));
    put(target, made(3), made(4));
    target.failNext('repository.locked', { method });
    const { record, outcome } = await stage.run(job);
    expect({ outcome, attempts: record.attempts.length }).toEqual({ outcome: 'succeeded', attempts: 1 });
    expect(stage.repositories.healed.map(({ repository }) => repository)).toEqual(
      job.kind === 'copy' ? ['main', 'other'] : ['main'],
    );
    const spools = stage
      .stepsOf(record.id)
      .flatMap(({ stage, detail }) => (stage === 'intent' ? (detail['spool'] ?? []) : []));
    // Each engine has its own; a check may need two.
    expect(new Set(spools).size).toBe(spools.length);
    expect(spools.length).toBeGreaterThanOrEqual(2);
  });
});
