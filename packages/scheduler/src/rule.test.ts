import { expect, test } from 'vitest';
import { ruleOf } from './rule.ts';

const everyMinute = (): { readonly type: 'cron'; readonly expression: string } => ({
  type: 'cron',
  expression: '* * * * *',
});

test('jobs with the same expression share what it means', () => {
  const rule = ruleOf(everyMinute());
  expect(rule).toMatchObject({ wall: { minutes: { length: 1440 } } });
  expect(ruleOf(everyMinute())).toBe(rule);
});

test('each of more expressions than are remembered means what it says', () => {
  const rule = ruleOf(everyMinute());
  const others = Array.from({ length: 1440 }, (_, minute) => `${minute % 60} ${Math.floor(minute / 60)} * * *`);
  for (const expression of others) {
    const [minute = 0, hour = 0] = expression.split(' ').map(Number);
    expect(ruleOf({ type: 'cron', expression })).toMatchObject({ wall: { minutes: [hour * 60 + minute] } });
  }
  expect(ruleOf(everyMinute())).toEqual(rule);
});
