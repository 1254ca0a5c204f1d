import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { StateAlarm, StoreHealth } from '@umbracore/contracts';
import { FakeClock, recordingLog } from '@umbracore/testkit';
import { expect, test } from 'vitest';
import { takes, watchState, whyOpenAnew, type StateFacts } from './state-watch.ts';

const alarm = (code: StateAlarm['code']): StateAlarm => ({ code, message: 'm', hint: 'h' });
const health = (mode: StoreHealth['mode'], ...codes: readonly StateAlarm['code'][]): StoreHealth => ({
  mode,
  alarms: codes.map(alarm),
});
const facts = (change: Partial<StateFacts>): StateFacts => ({
  health: health('durable'),
  refusedMs: 0,
  hasRoom: false,
  isBusy: false,
  ...change,
});

test.each<[string, Partial<StateFacts>, RegExp | undefined]>([
  ['all is well', { refusedMs: 1e9, hasRoom: true }, undefined],
  ['a file was set aside', { health: health('durable', 'state.damaged'), refusedMs: 1e9 }, undefined],
  ['refused for a moment', { health: health('durable', 'state.full'), refusedMs: 4999 }, undefined],
  ['full for long', { health: health('durable', 'state.full'), refusedMs: 5000 }, /cannot be written/],
  [
    'full for long, with a run under way',
    { health: health('durable', 'state.full'), refusedMs: 5000, isBusy: true },
    /go on/,
  ],
  ['read-only for long', { health: health('durable', 'state.read-only'), refusedMs: 5000 }, /cannot be written/],
  ['in memory, still full', { health: health('volatile', 'state.full'), refusedMs: 1e9 }, undefined],
  ['in memory, with room again', { health: health('volatile', 'state.full'), hasRoom: true }, /written again/],
  [
    'in memory, with a run that would lose its record',
    { health: health('volatile', 'state.full'), hasRoom: true, isBusy: true },
    undefined,
  ],
  ['in memory because of a newer state', { health: health('volatile', 'state.newer'), hasRoom: true }, undefined],
])('%s', (_, change, why) => {
  expect(whyOpenAnew(facts(change)) ?? 'not at all').toMatch(why ?? /^not at all$/);
});

test('a refusal has to last, and is told once', async () => {
  const clock = new FakeClock();
  const { lines, ...log } = recordingLog();
  const state = { health: health('durable') };
  const store = {
    get health() {
      return state.health;
    },
    open: async () => [],
  };
  const told: string[] = [];
  using _watching = watchState({ store, clock, log, paths: { stateDir: '/nowhere' } }, (why) => told.push(why));
  state.health = health('durable', 'state.full');
  await clock.advance(3000);
  state.health = health('durable');
  await clock.advance(3000);
  state.health = health('durable', 'state.full');
  await clock.advance(5000);
  expect(told).toEqual([]);
  await clock.advance(60_000);
  expect(told).toHaveLength(1);
  expect(lines).toEqual([]);
});

test('whether a folder takes a file is found out without leaving one', () => {
  const folder = mkdtempSync(join(tmpdir(), 'umbra-room-'));
  expect(takes(folder, 1000)).toBe(true);
  expect(readdirSync(folder)).toEqual([]);
  rmSync(folder, { recursive: true });
  expect(takes(folder, 0)).toBe(false);
});
