import { UmbraError, type NewStep, type StateStore, type ErrorCode } from '@umbracore/contracts';
import { aRun } from '@umbracore/testkit';
import { expect, test } from 'vitest';
import { HeldRun } from './held-run.ts';
import type { LeaseKeeper } from './lease-keeper.ts';

const done = { kind: 'backup', stage: 'done', at: 0, detail: {} } as const;

/** A run in a store that refuses steps for this reason as long as there is one. */
function heldIn(state: { refusal: ErrorCode | undefined }) {
  const told: string[] = [];
  const store: Partial<StateStore> = {
    async recordStep(_, step) {
      if (state.refusal !== undefined) throw new UmbraError(state.refusal, 'refused');
      told.push(`step ${step.stage}`);
      return { ...step, run: 'r-1', sequence: told.length };
    },
    async update(_, __, ___, steps: readonly NewStep[] = []) {
      told.push(`update with ${steps.length}`);
      return aRun({ state: 'running' });
    },
    steps: async () => [],
    async release() {
      told.push('release');
    },
  };
  const run = aRun({ state: 'running' });
  return { told, held: new HeldRun(store as StateStore, { lease: {} } as LeaseKeeper, run) };
}

test('what was noted goes with the next change', async () => {
  const { told, held } = heldIn({ refusal: undefined });
  held.noteStep(done);
  await held.advance({ type: 'sources-seen', sources: [] });
  await held.advance({ type: 'sources-seen', sources: [] });
  expect(told).toEqual(['update with 1', 'update with 0']);
});

test('what was noted comes before the next step, and before the run is given back', async () => {
  const { told, held } = heldIn({ refusal: undefined });
  held.noteStep(done);
  await held.recordStep({ ...done, stage: 'intent' });
  held.noteStep(done);
  await held.release();
  expect(told).toEqual(['step done', 'step intent', 'step done', 'release']);
});

test('for want of room for a note nothing else fails, and it is recorded later', async () => {
  const state: { refusal: ErrorCode | undefined } = { refusal: 'state.full' };
  const { told, held } = heldIn(state);
  held.noteStep(done);
  expect(await held.steps()).toEqual([]);
  await held.release();
  state.refusal = undefined;
  await held.steps();
  expect(told).toEqual(['release', 'step done']);
});

test('a run that is lost to somebody else is told as that', async () => {
  const { held } = heldIn({ refusal: 'state.lease-lost' });
  held.noteStep(done);
  await expect(held.steps()).rejects.toMatchObject({ code: 'state.lease-lost' });
});
