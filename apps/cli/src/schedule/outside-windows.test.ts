import type { SimulatedRun } from '@umbracore/runtime/history';
import { expect, test } from 'vitest';
import { outsideWindows } from './outside-windows.ts';

const hour = 3_600_000;
const day = 24 * hour;

const run = (slotAt: number, change: Partial<SimulatedRun> = {}): SimulatedRun => ({
  id: `s-${slotAt}`,
  job: 'often',
  repository: 'home',
  trigger: 'schedule',
  parent: null,
  slotAt,
  readyAt: slotAt,
  earliestAt: slotAt,
  startedAt: slotAt,
  finishedAt: slotAt,
  outcome: 'succeeded',
  because: null,
  held: null,
  ...change,
});

const because = (more = 0) => ({
  code: 'window' as const,
  text: 'outside',
  alsoStandsFor: more === 0 ? null : { count: more, first: 0 },
});
const outside = (slotAt: number, more = 0) =>
  run(slotAt, { startedAt: null, finishedAt: null, outcome: 'missed', because: because(more) });

const hourly = (days: number, isOpen: (hourOfDay: number) => boolean) =>
  Array.from({ length: 24 * days }, (_, n) => (isOpen(n % 24) ? run(n * hour) : outside(n * hour)));

const texts = (runs: readonly SimulatedRun[], lengthMs: number) =>
  outsideWindows(runs, lengthMs).map(({ text }) => text);

test.each<[string, readonly SimulatedRun[], number, readonly string[]]>([
  ['nothing outside', hourly(1, () => true), day, []],
  ['most of two days', hourly(2, (n) => n === 3), 2 * day, ['23 of 24 slots a day fall outside of the windows']],
  ['all of them', hourly(1, () => false), day, ['all 24 slots a day fall outside of the windows']],
  ['one', [run(0), outside(hour)], day, ['1 of 2 slots a day falls outside of the windows']],
  [
    'not every day the same',
    [run(0), outside(hour)],
    2 * day,
    ['1 of 2 slots in this time falls outside of the windows'],
  ],
  ['a record for several', [outside(0, 4), run(hour)], day, ['5 of 6 slots a day fall outside of the windows']],
])('%s', (_, runs, lengthMs, expected) => expect(texts(runs, lengthMs)).toEqual(expected));

test('a slot counts once however many repositories it has, and other jobs and reasons do not', () => {
  const runs = [
    outside(0),
    { ...outside(0), repository: 'other' },
    run(hour),
    run(hour, { job: 'rare' }),
    run(hour, { job: 'rare', outcome: 'skipped', because: { code: 'overlap', text: 'busy', alsoStandsFor: null } }),
  ];
  expect(outsideWindows(runs, day)).toMatchObject([{ job: 'often', count: 1, slots: 2 }]);
});
