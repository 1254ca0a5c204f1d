import { expect, test } from 'vitest';
import type { CheckScope, Look } from '@umbracore/contracts';
import { scopeToMend } from './mend.ts';

test.each<[readonly Look[], CheckScope]>([
  [[], { type: 'structure' }],
  [['structure'], { type: 'structure' }],
  [['new', 'structure'], { type: 'all' }],
  [['part 3 of 40', 'new'], { type: 'all' }],
  [['structure', 'part 3 of 40'], { type: 'part', part: 3, of: 40 }],
  [['part 1 of 40', 'part 2 of 40'], { type: 'all' }],
  [['some'], { type: 'all' }],
  [['all', 'part 2 of 40'], { type: 'all' }],
])('damage that %j found is found again by %j', (looks, scope) => {
  expect(scopeToMend(looks.map((look) => ({ look, at: 0 })))).toEqual(scope);
});
