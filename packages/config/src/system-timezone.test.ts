import { expect, test } from 'vitest';
import { systemTimezone } from './system-timezone.ts';

test('TZ goes before what the machine is set to', () => {
  expect(systemTimezone('Asia/Tokyo')).toBe('Asia/Tokyo');
  expect(systemTimezone('US/Eastern')).toBe('US/Eastern');
});

test.each([undefined, '', 'CET-1CEST', ':/etc/localtime'])('with TZ %j it is the zone that the clock shows', (tz) => {
  const shown = (timeZone: string | undefined) =>
    [0, 180 * 86_400_000].map((at) => new Date(at).toLocaleString('en', { timeZone }));
  expect(shown(systemTimezone(tz))).toEqual(shown(undefined));
});
