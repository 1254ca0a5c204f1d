import { expect, test } from 'vitest';
import { clockChanges } from './clock-changes.ts';

test('every change in the range, to the second', () => {
  const [from, until] = [Date.UTC(2026, 0, 1), Date.UTC(2027, 0, 1)];
  expect(clockChanges(['UTC', 'Europe/Berlin', 'Australia/Lord_Howe', 'Europe/Berlin'], from, until)).toEqual([
    { zone: 'Europe/Berlin', at: Date.UTC(2026, 2, 29, 1), before: '+01:00', after: '+02:00' },
    { zone: 'Australia/Lord_Howe', at: Date.UTC(2026, 3, 4, 15), before: '+11:00', after: '+10:30' },
    { zone: 'Australia/Lord_Howe', at: Date.UTC(2026, 9, 3, 15, 30), before: '+10:30', after: '+11:00' },
    { zone: 'Europe/Berlin', at: Date.UTC(2026, 9, 25, 1), before: '+02:00', after: '+01:00' },
  ]);
  expect(clockChanges(['Europe/Berlin'], from, Date.UTC(2026, 2, 29))).toEqual([]);
});
