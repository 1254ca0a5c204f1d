import { calendar } from '@umbracore/runtime';
import { expect, test } from 'vitest';
import { limitSentences, limitWords, periodSentence, recurrenceSentence } from './sentence.ts';

test.each([
  ['manual', 'only when it is asked for'],
  ['every 6h', 'every 6 h of elapsed time, whatever the clocks do'],
  ['every 90m', 'every 1 h 30 min of elapsed time, whatever the clocks do'],
  ['hourly at :05', 'every hour at :05'],
  ['daily at 02:00', 'every day at 02:00'],
  ['weekdays at 02:00', 'every day from Monday to Friday at 02:00'],
  ['weekends at 9:30', 'every Saturday and Sunday at 09:30'],
  ['weekly on Thu, Mon at 04:00', 'every Monday and Thursday at 04:00'],
  ['weekly on Mon, Wed, Fri at 04:00', 'every Monday, Wednesday and Friday at 04:00'],
  ['weekly on Fri, Sat, Sun at 04:00', 'every day from Friday to Sunday at 04:00'],
  ['weekly on Sun at 04:00', 'every Sunday at 04:00'],
  ['monthly on 1 at 03:00', 'on day 1 of every month at 03:00'],
  ['monthly on 31 at 03:00', 'on day 31 of every month that has one at 03:00'],
  ['monthly on last at 03:00', 'on the last day of every month at 03:00'],
  ['last Fri at 18:00', 'on the last Friday of every month at 18:00'],
  ['30 2 * * 1-5', 'whenever the clock shows minute 30, hour 2, weekday 1-5'],
  [
    '0 3 1 * Fri',
    'whenever the clock shows minute 0, hour 3, day of the month 1, weekday Fri; one of the two days is enough',
  ],
  ['* * * * *', 'every minute'],
  ['@daily', 'as cron has it: @daily'],
])('%s means %s', (text, sentence) => {
  expect(recurrenceSentence(calendar.parse(text, 'UTC').recurrence)).toBe(sentence);
});

test.each([
  ['01:00-06:00', 'every day from 01:00 to 06:00'],
  ['22:00-06:00', 'every day from 22:00 to 06:00 of the next day'],
  ['Sat,Sun 10:00-24:00', 'every Saturday and Sunday from 10:00 to 24:00'],
  ['weekdays', 'every day from Monday to Friday, all day'],
  ['2026-12-24', 'on 2026-12-24'],
  ['2026-12-24/2026-12-26', 'from 2026-12-24 to 2026-12-26, both included'],
])('the period %s is %s', (text, sentence) => {
  expect(periodSentence(calendar.parsePeriod(text))).toBe(sentence);
});

test('limits are told one by one', () => {
  const schedule = calendar.parse('daily at 02:00', 'UTC');
  const [night, feast] = ['01:00-06:00', '2026-12-24'].map((text) => calendar.parsePeriod(text));
  expect(limitSentences(schedule)).toEqual([]);
  const limited = { ...schedule, windows: night && [night], blackouts: feast && [feast], jitterMs: 600_000 };
  expect([limitWords(schedule), limitWords(limited)]).toEqual(['', 'window 01:00-06:00, up to 10 min later']);
  expect(limitSentences(limited)).toEqual([
    'starts only every day from 01:00 to 06:00',
    'never starts on 2026-12-24',
    'starts up to 10 min later, always by the same amount',
  ]);
});
