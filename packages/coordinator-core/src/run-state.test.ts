import { runOutcomes, UmbraError } from '@umbracore/contracts';
import type { RunRecord } from '@umbracore/contracts';
import { aRun } from '@umbracore/testkit';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { advance, emptyEnd } from './run-state.ts';
import type { RunStep } from './run-state.ts';

const error = new UmbraError('repository.unreachable', 'no network').toRecord();
const interrupted = new UmbraError('run.interrupted', 'killed').toRecord();
const after = (run: RunRecord, ...steps: readonly RunStep[]): RunRecord =>
  steps.reduce((record, step) => ({ ...record, ...advance(record, step) }), run);
const started: RunStep = { type: 'attempt-started', at: 10, sources: [] };
const failed: RunStep = { type: 'attempt-failed', at: 20, error, retryAt: 50 };
const ended: RunStep = { type: 'ended', at: 30, end: { ...emptyEnd('succeeded', null), snapshot: 'abc' } };

test('a run that succeeds at once', () => {
  expect(after(aRun(), started, ended)).toMatchObject({
    state: 'succeeded',
    startedAt: 10,
    finishedAt: 30,
    snapshot: 'abc',
    error: null,
    attempts: [{ number: 1, startedAt: 10, finishedAt: 30, outcome: 'succeeded' }],
  });
});

test('a run that waits for its retry', () => {
  const waiting = after(aRun(), started, failed);
  expect(waiting).toMatchObject({ state: 'retrying', retryAt: 50, error, attempts: [{ outcome: 'failed', error }] });
  const done = after(waiting, { ...started, at: 60 }, { ...ended, at: 70 });
  expect(done).toMatchObject({ state: 'succeeded', retryAt: null, startedAt: 10, finishedAt: 70, error: null });
  expect(done.attempts.map(({ number, outcome }) => [number, outcome])).toEqual([
    [1, 'failed'],
    [2, 'succeeded'],
  ]);
});

test('an interrupted attempt is told from a failed one', () => {
  const waiting = after(aRun(), started, { ...failed, error: interrupted });
  expect(waiting.attempts[0]?.outcome).toBe('interrupted');
  const over = after(aRun(), started, { type: 'ended', at: 5, end: emptyEnd('failed', interrupted) });
  expect(over.attempts[0]?.outcome).toBe('interrupted');
});

test('a run that ends before its first attempt has none', () => {
  const skipped = after(aRun(), { type: 'ended', at: 5, end: emptyEnd('skipped', null) });
  expect(skipped).toMatchObject({ state: 'skipped', startedAt: null, finishedAt: 5, attempts: [] });
});

test.each<[string, RunRecord, RunStep]>([
  ['a second attempt beside the first', after(aRun(), started), started],
  ['a failure without an attempt', aRun(), failed],
  ['a failure while waiting', after(aRun(), started, failed), failed],
  ...runOutcomes.map((state): [string, RunRecord, RunStep] => [`anything after ${state}`, aRun({ state }), started]),
])('%s is a bug', (_, run, step) => {
  expect(() => advance(run, step)).toThrow(expect.objectContaining({ code: 'internal' }));
});

test('whatever happens, an ended run has no open attempt and no retry', () => {
  const step = fc.constantFrom(started, failed, { ...failed, error: interrupted });
  fc.assert(
    fc.property(fc.array(step), fc.constantFrom(...runOutcomes), (steps, outcome) => {
      let run = aRun();
      for (const next of steps) {
        try {
          run = after(run, next);
        } catch {
          // Refused: the run stays as it was.
        }
      }
      const over = after(run, { type: 'ended', at: 99, end: emptyEnd(outcome, null) });
      expect(over.attempts.every(({ finishedAt }) => finishedAt !== null)).toBe(true);
      expect(over.attempts.map(({ number }) => number)).toEqual(over.attempts.map((_, index) => index + 1));
      expect([over.state, over.retryAt, over.finishedAt]).toEqual([outcome, null, 99]);
    }),
  );
});
