import type { StepRecord } from '@umbracore/contracts';
import { expect, test } from 'vitest';
import { stillFrozen } from './frozen.ts';

const step = (stage: StepRecord['stage'], id: unknown, kind: StepRecord['kind'] = 'freeze'): StepRecord => ({
  run: 'r-1',
  attempt: 1,
  sequence: 1,
  kind,
  stage,
  at: 0,
  detail: { id },
});

test('sources are kept from the intent on, until it is taken back', () => {
  expect(stillFrozen([])).toEqual([]);
  expect(stillFrozen([step('intent', 'one'), step('intent', 'two'), step('done', 'one')])).toEqual(['two']);
  // Who died after it was taken back and before that was on record does it again.
  expect(stillFrozen([step('intent', 'one'), step('intent', 'one')])).toEqual(['one']);
  expect(stillFrozen([step('intent', 'one', 'backup'), step('intent', undefined)])).toEqual([]);
});
