import { FakeClock, FakeConditions } from '@umbracore/testkit';
import { expect, test } from 'vitest';
import { ConditionWatch } from './condition-watch.ts';

const rules = [{ kind: 'power', options: {} }];

test('an answer is told when it is there, and counts for half a minute', async () => {
  const clock = new FakeClock();
  const conditions = new FakeConditions();
  let told = 0;
  const watch = new ConditionWatch(conditions, clock, () => (told += 1));
  expect(watch.known(rules)).toBeUndefined();
  await watch.allKnown();
  await clock.advance(29_000);
  expect(watch.known(rules)).toEqual([{ rule: rules[0], met: true, text: 'met' }]);
  expect([told, conditions.looks.length]).toEqual([1, 1]);
  await clock.advance(1000);
  expect(watch.known(rules)).toBeUndefined();
  await watch.allKnown();
  expect([told, conditions.looks.length]).toEqual([2, 2]);
});

test('a look that hangs is not begun again, and holds nobody up', async () => {
  const clock = new FakeClock();
  let looks = 0;
  const conditions = Object.assign(new FakeConditions(), {
    evaluate: () => {
      looks += 1;
      return new Promise<never>(() => {});
    },
  });
  const watch = new ConditionWatch(conditions, clock);
  watch.known(rules);
  await clock.advance(600_000);
  expect(watch.known(rules)).toBeUndefined();
  expect(looks).toBe(1);
});

test('nothing to look at is known at once', () => {
  expect(new ConditionWatch(new FakeConditions(), new FakeClock()).known([])).toEqual([]);
});
