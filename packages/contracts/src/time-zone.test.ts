import { execFileSync } from 'node:child_process';
import { integer, sample } from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isTimeZone, utcOffsetIn } from './time-zone.ts';

const hourMs = 3_600_000;

describe('the offset of a zone', () => {
  test.each([
    ['UTC', '2026-07-01T00:00:00Z', 0],
    ['Europe/Berlin', '2026-03-29T00:59:59Z', hourMs],
    ['Europe/Berlin', '2026-03-29T01:00:00Z', 2 * hourMs],
    ['Australia/Lord_Howe', '2026-01-01T00:00:00Z', 11 * hourMs],
    ['America/St_Johns', '2026-01-01T00:00:00.999Z', -3.5 * hourMs],
    ['Africa/Monrovia', '1971-01-01T00:00:00Z', -(44 * 60 + 30) * 1000],
  ])('in %s at %s is %d ms', (zone, at, offset) => {
    expect(utcOffsetIn(zone)(Date.parse(at))).toBe(offset);
  });

  test('of a zone that is not is refused', () => {
    expect(() => utcOffsetIn('Mars/Olympus')).toThrow(RangeError);
  });
});

/** Goes through the zones as a process of its own: Node reads `TZ` anew when it is set, but not under a test runner. */
const eachOwnZone = `
  import { ownOffset, utcOffsetIn } from ${JSON.stringify(new URL('./time-zone.ts', import.meta.url).href)};
  const instants = JSON.parse(process.argv[1]);
  for (const zone of Intl.supportedValuesOf('timeZone')) {
    process.env.TZ = zone;
    const offsetAt = utcOffsetIn(zone);
    const wrong = instants.find((at) => ownOffset(at) !== offsetAt(at));
    if (wrong !== undefined) console.log(zone, wrong, ownOffset(wrong), offsetAt(wrong));
  }`;

test('the clock of Date and that of Intl show the same in every zone', () => {
  const instants = sample(integer({ min: Date.UTC(1970, 0), max: Date.UTC(2040, 0) }), 50);
  const args = ['--no-warnings', '--input-type=module', '--eval', eachOwnZone, JSON.stringify(instants)];
  expect(execFileSync(process.execPath, args, { encoding: 'utf8' })).toBe('');
});

test.each(['+02:00', '-0500', 'Mars/Olympus', ''])('%j names no zone', (name) => {
  expect(isTimeZone(name)).toBe(false);
});
