import * as fc from 'fast-check';
import type { HookPhase, StepRecord } from '@umbracore/contracts';
import { hookPhases } from '@umbracore/contracts';
import { expect, test } from 'vitest';
import { endedHooks, hookProblems, owedFinally } from './owed.ts';

const step = (phase: HookPhase, index: number, attempt: number, stage: StepRecord['stage'], more = {}): StepRecord => ({
  run: 'r-1',
  attempt,
  sequence: 1,
  kind: 'hook',
  stage,
  at: 0,
  detail: { phase, index, spool: '/spool', ...more },
});

test('of every attempt that began, each one is owed until its end is on record', () => {
  expect(owedFinally(2, 0, [])).toEqual([]);
  expect(owedFinally(2, 1, [])).toEqual([
    { attempt: 1, index: 0 },
    { attempt: 1, index: 1 },
  ]);
  const begun = [step('finally', 0, 1, 'intent'), step('finally', 0, 1, 'done'), step('finally', 1, 1, 'intent')];
  expect(owedFinally(2, 1, begun)).toEqual([{ attempt: 1, index: 1 }]);
  expect(owedFinally(2, 2, [...begun, step('finally', 1, 1, 'done')])).toEqual([
    { attempt: 2, index: 0 },
    { attempt: 2, index: 1 },
  ]);
});

test('what is owed and what has ended is all there is, whatever is on record', () => {
  const anyStep = fc
    .tuple(fc.constantFrom(...hookPhases), fc.nat(2), fc.integer({ min: 1, max: 3 }), fc.boolean())
    .map(([phase, index, attempt, isDone]) => step(phase, index, attempt, isDone ? 'done' : 'intent'));
  fc.assert(
    fc.property(fc.array(anyStep), fc.nat(3), (steps, attempts) => {
      const owed = owedFinally(3, attempts, steps);
      for (let attempt = 1; attempt <= attempts; attempt += 1) {
        const left = owed.filter((one) => one.attempt === attempt).map(({ index }) => index);
        const ended = [...endedHooks(steps, attempt, 'finally').keys()];
        expect([...left, ...ended].toSorted((one, other) => one - other)).toEqual([0, 1, 2]);
      }
      expect(owed.every(({ attempt }) => attempt <= attempts)).toBe(true);
    }),
    { seed: 11 },
  );
});

test('a problem is what the end of a hook says; what stopped the run is told by its verdict', () => {
  const steps = [step('finally', 0, 1, 'done', { problem: 'it ended with 4' }), step('before', 0, 1, 'done')];
  expect(hookProblems(steps)).toEqual(['it ended with 4']);
});
