import { expect, test } from 'vitest';
import { periodsIn } from './periods.ts';

const at = (text: string): number => Date.parse(text);

test.each([
  ['2026-01-01', '2026 week 1'],
  ['2027-01-01', '2026 week 53'],
  ['2027-01-04', '2027 week 1'],
  ['2024-12-30', '2025 week 1'],
  ['2023-01-01', '2022 week 52'],
])('%s is in %s', (day, week) => {
  expect(periodsIn('UTC').weekly(at(`${day}T12:00:00Z`))).toBe(week);
});

test('days, months and years are those of the zone', () => {
  const time = at('2025-12-31T23:30:00Z');
  const berlin = periodsIn('Europe/Berlin');
  expect([berlin.daily(time), berlin.monthly(time), berlin.yearly(time)]).toEqual(['2026-1-1', '2026-1', '2026']);
  expect(periodsIn('America/New_York').daily(time)).toBe('2025-12-31');
});

test('an hour that comes twice is two, and one of a zone with half hours is one', () => {
  const { hourly } = periodsIn('Europe/Berlin');
  expect(hourly(at('2026-10-25T00:30:00Z'))).not.toBe(hourly(at('2026-10-25T01:30:00Z')));
  const kolkata = periodsIn('Asia/Kolkata');
  expect(kolkata.hourly(at('2026-01-05T04:45:00Z'))).toBe(kolkata.hourly(at('2026-01-05T05:15:00Z')));
  expect(kolkata.hourly(at('2026-01-05T05:15:00Z'))).not.toBe(kolkata.hourly(at('2026-01-05T05:45:00Z')));
});

test('midnight is the beginning of a day', () => {
  const { hourly, daily } = periodsIn('UTC');
  expect(daily(at('2026-01-05T00:00:00Z'))).toBe('2026-1-5');
  expect(hourly(at('2026-01-05T00:00:00Z'))).toBe('2026-1-5 0 0');
});

test('a zone that does not exist is named', () => {
  expect(() => periodsIn('Mars/Olympus')).toThrow('There is no time zone "Mars/Olympus"');
});
