import type { RunRecord } from '@umbracore/contracts';
import { aRun } from '@umbracore/testkit';
import { expect, test } from 'vitest';
import { unmended } from './known-damage.ts';

function check(job: string, sound: boolean, part: readonly [number, number] | null = null): RunRecord {
  const read = part && { part: part[0], of: part[1] };
  const report = { kind: 'check', sound, problems: [], advice: [], part: read } as const;
  return aRun({ id: `r-${job}`, job, state: sound ? 'succeeded' : 'failed', report });
}

const backup = aRun({ state: 'succeeded' });

test.each([
  ['nothing was checked', [backup], undefined],
  ['the last check was sound', [backup, check('weekly', true), check('weekly', false)], undefined],
  ['the last check found damage', [backup, check('weekly', false), check('weekly', true)], 'r-weekly'],
  ['another job looked at less since', [check('weekly', true), check('monthly', false, [3, 40])], 'r-monthly'],
  ['another job read one part since', [check('weekly', true, [1, 2]), check('monthly', false, [3, 40])], 'r-monthly'],
  ['another job read everything since', [check('full', true, [1, 1]), check('monthly', false, [3, 40])], undefined],
])('%s', (_, runs, found) => {
  expect(unmended(runs)?.id).toBe(found);
});
