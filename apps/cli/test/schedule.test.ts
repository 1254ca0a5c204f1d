import { writeFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { problemsOf } from './support/conforms.ts';
import { NearWorld } from './support/near-world.ts';
import type { World } from './support/world.ts';

let world: World;
beforeAll(() => {
  world = new NearWorld();
});
afterAll(() => world[Symbol.dispose]());

const check = (...args: string[]): ReturnType<World['umbra']> => world.umbra('schedule', 'check', ...args);

test('check says what a schedule means, and shows both sides of a clock change', async () => {
  const { code, stdout } = await check(
    'daily at 02:30',
    '--zone',
    'Europe/Berlin',
    '--from',
    '2026-03-27T12:00Z',
    '--count',
    '3',
  );
  expect(code).toBe(0);
  expect(stdout).toContain('daily at 02:30  every day at 02:30; Europe/Berlin');
  const rows = stdout.split('\n').filter((line) => line.includes('Mar 2026'));
  expect(rows.map((row) => /(\w+ \d+ \w+ \d+ [\d:]+ \S+) +(\S+Z)/.exec(row)?.slice(1))).toEqual([
    ['Sat 28 Mar 2026 02:30 +01:00', '2026-03-28T01:30:00Z'],
    ['Sun 29 Mar 2026 03:00 +02:00', '2026-03-29T01:00:00Z'],
    ['Mon 30 Mar 2026 02:30 +02:00', '2026-03-30T00:30:00Z'],
  ]);
});

test('check takes words as they come, cron expressions, and what never comes', async () => {
  expect((await check('weekdays', 'at', '02:00')).stdout).toContain('every day from Monday to Friday at 02:00');
  expect((await check('30 2 * * 1-5', '--plain')).stdout.trimEnd().split('\n')).toHaveLength(6);
  expect((await check('manual')).stdout).toContain('it never comes by itself');
});

test('check reads a period and shows its next stretches', async () => {
  const { stdout } = await check('Fri 22:00-06:00', '--zone', 'UTC', '--from', '2026-03-02', '--count', '1');
  expect(stdout).toContain('every Friday from 22:00 to 06:00 of the next day; UTC');
  expect(stdout).toMatch(
    /Fri 6 Mar 2026 22:00 to Sat 7 Mar 2026 06:00 \+00:00 +2026-03-06T22:00:00Z to 2026-03-07T06:00:00Z/,
  );
});

test('what is not understood is marked, with a hint', async () => {
  const { code, stdout, stderr } = await check('last Fri at 25:00');
  expect([code, stdout]).toEqual([4, '']);
  expect(stderr.split('\n').slice(0, 4)).toEqual([
    'error[schedule.time]: 25:00 is not a time of day',
    '  last Fri at 25:00',
    '              ^^^^^',
    expect.stringContaining('did you mean 01:00 on the next day?'),
  ]);
});

test('the mark stands under the place, whatever stands before it; JSON has the place too', async () => {
  const { stderr } = await check('毎日 25:00');
  expect(stderr.split('\n').slice(1, 3)).toEqual(['  毎日 25:00', '  ^^^^']);
  const machine = await check('last Fri at 25:00', '--json');
  const error: unknown = JSON.parse(machine.stderr);
  expect(problemsOf('error', error)).toEqual([]);
  expect(error).toMatchObject({ code: 'schedule.time', place: { text: 'last Fri at 25:00', column: 13, length: 5 } });
});

test.each([
  [['wekdays at 02:00'], 4, 'Did you mean weekdays?'],
  [['01:00-25:00'], 4, '25:00 is not a time of day'],
  [['2026-02-30'], 4, 'is not a date'],
  [['daily at 02:00', '--zone', 'Mars/Olympus'], 4, 'there is no time zone "Mars/Olympus"'],
  [[], 2, 'missing required argument'],
  [['daily', '--count', '0'], 2, 'count'],
])('check %j ends with %i', async (args, code, text) => {
  const outcome = await check(...args);
  expect([outcome.code, outcome.stderr]).toEqual([code, expect.stringContaining(text)]);
});

test('a configuration that is broken, or not there, keeps nobody from asking', async () => {
  const env = { UMBRA_CONFIG: world.at('nowhere.yaml'), TZ: 'Asia/Tokyo' };
  const { code, stdout } = await world.start(['schedule', 'check', 'daily at 02:00'], { env }).ended;
  expect([code, stdout]).toEqual([0, expect.stringContaining('Asia/Tokyo')]);
});

test('a schedule that its blackouts never let start is refused where it stands; one that is closed for years is not', async () => {
  const config = world.at('closed.yaml');
  const schedule = (limits: string): string => `{ frequency: daily, ${limits} }`;
  writeFileSync(
    config,
    `jobs:
  a: { command: ['true'], schedule: ${schedule(`window: '01:00-02:00', blackouts: ['00:30-01:30', '01:30-03:00']`)} }
  b: { command: ['true'], schedule: ${schedule(`blackouts: [weekdays, weekends]`)} }
  c: { command: ['true'], schedule: ${schedule(`blackouts: [weekdays, 'Sat,Sun 00:00-23:00']`)} }
  d: { command: ['true'], schedule: ${schedule(`blackouts: 2026-01-01/2036-01-01`)} }
`,
  );
  const { code, stderr } = await world.umbra('config', 'check', '-c', config);
  expect(code).toBe(4);
  expect(stderr.match(/^error.*$/gm)).toEqual([
    'error[schedule.syntax]: these blackouts leave nothing of the windows',
    'error[schedule.syntax]: these blackouts leave no time to start',
  ]);
  expect(stderr).toContain('closed.yaml:2:91');
});
