import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { mangled, tamed } from '../../../tools/testing/fuzz.ts';
import { times } from '../../../tools/vitest/evidence.ts';
import { calendar } from '../src/index.ts';

const now = Date.UTC(2026, 10, 26, 12);

const phrases = [
  'manual',
  'hourly at :15',
  'every 90 minutes',
  'every 6h',
  'every day at 02:00',
  'daily at 23:59',
  'weekdays at 18:00',
  'weekly on Fri - Sun, Tue 18:00',
  'monthly on the 31st at 04:00',
  'monthly on last Fri at 04:00',
  'cron: 0 2 * * MON-FRI',
  '*/15 0-6,22-23 1,15 2-12/2 *',
  '@daily',
  '0 0 29 2 *',
];
const words = [
  'at',
  'on',
  ',',
  '-',
  '/',
  '*',
  '@',
  'L',
  '#',
  '?',
  '24:00',
  '00:60',
  'Feb',
  '31',
  '0',
  '1e9',
  'every',
  'cron:',
  '١٢',
];

test('whatever stands for a schedule is refused, or is due after now and says the same again', async () => {
  await fc.assert(
    fc.asyncProperty(
      mangled(phrases, words),
      fc.constantFrom('UTC', 'Europe/Berlin', 'Australia/Lord_Howe'),
      async (text, zone) => {
        const outcome = await tamed(() => calendar.parse(text, zone), /^schedule\./);
        if ('refused' in outcome) return;
        const schedule = outcome.value;
        expect(calendar.parse(schedule.text, zone)).toEqual(schedule);
        const { value: next } = (await tamed(() => calendar.next(schedule, now), /^$/)) as {
          value: { at: number } | undefined;
        };
        if (next === undefined) return;
        expect(next.at).toBeGreaterThan(now);
        expect(calendar.previous(schedule, next.at)?.at).toBe(next.at);
      },
    ),
    { numRuns: times(300) },
  );
});

const periods = ['22:00-06:00', 'Mon-Fri 09:00-17:00', 'Sat,Sun 00:00-24:00', '2026-12-24/2026-12-26', '2026-12-24'];

test('whatever stands for a period is refused, or can be asked', async () => {
  await fc.assert(
    fc.asyncProperty(mangled(periods, [...words, '2026-02-30', '0000-00-00', '/']), async (text) => {
      const outcome = await tamed(() => calendar.parsePeriod(text), /^schedule\./);
      if ('refused' in outcome) return;
      const daily = { ...calendar.parse('daily', 'UTC'), window: [outcome.value] };
      await tamed(() => calendar.opening(daily, now), /^$/);
    }),
    { numRuns: times(300) },
  );
});
