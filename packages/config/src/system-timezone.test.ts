import { execFileSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { systemTimezone } from './system-timezone.ts';

test('TZ goes before what the machine is set to', () => {
  expect(systemTimezone('Asia/Tokyo')).toBe('Asia/Tokyo');
  expect(systemTimezone('US/Eastern')).toBe('US/Eastern');
});

test.each([
  ['UTC0', 'UTC'],
  ['CET-1', 'Etc/GMT-1'],
  ['XYZ9:30', 'UTC'],
  ['Nowhere/City', 'UTC'],
  ['CST6CDT', 'CST6CDT'],
  [':Asia/Tokyo', 'Asia/Tokyo'],
  ['/usr/share/zoneinfo/Europe/Berlin', 'Europe/Berlin'],
  [':/usr/share/zoneinfo/Etc/UTC', 'UTC'],
])('a process with TZ %j is in the zone %j', (tz, zone) => {
  expect(asProcess(tz, 'systemTimezone(process.env.TZ)')).toBe(zone);
});

test('a zone file that TZ names has its summer', () => {
  const july = 'contracts.utcOffsetIn(systemTimezone(process.env.TZ))(Date.UTC(2026, 6, 1))';
  expect(asProcess(':/usr/share/zoneinfo/Europe/Berlin', july)).toBe(String(2 * 3_600_000));
});

/** Node takes `TZ` at its start, and under a test runner not again. */
function asProcess(tz: string, expression: string): string {
  const module = new URL('./system-timezone.ts', import.meta.url).href;
  const program = `
    import * as contracts from '@umbracore/contracts';
    import { systemTimezone } from ${JSON.stringify(module)};
    process.stdout.write(String(${expression}));`;
  return execFileSync(process.execPath, ['--conditions=@umbra/source', '--input-type=module', '-e', program], {
    cwd: import.meta.dirname,
    env: { ...process.env, TZ: tz },
    encoding: 'utf8',
  });
}

test.each([undefined, '', 'CET-1CEST', ':/etc/localtime'])('with TZ %j it is the zone that the clock shows', (tz) => {
  const shown = (timeZone: string | undefined) =>
    [0, 180 * 86_400_000].map((at) => new Date(at).toLocaleString('en', { timeZone }));
  expect(shown(systemTimezone(tz))).toEqual(shown(undefined));
});
