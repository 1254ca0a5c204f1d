import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { RunDocument } from '@umbracore/runtime/documents';
import { describe, expect, test } from 'vitest';
import { Daemon } from '../support/daemon.ts';
import { canFreeze, Freezer } from '../../../../tools/faults/injectors/freezer.ts';
import { canMoveClock, onOwnClocks, WallClock } from '../../../../tools/faults/injectors/wall-clock.ts';
import { until, World } from '../support/world.ts';
import { expectEverySlotOnce, hourMs, hoursBetween, type Owed } from './accounts.ts';
import { engineAtWork, identityOf, slowDown, speedUp } from './aftermath.ts';
import { DueHourly, eleven, halfPastTen } from './due-hourly.ts';

const dayMs = 24 * hourMs;
const yearMs = 365 * dayMs;
const limitMs = 120_000;

/**
 * A stretch of hours that nobody was there for: the last one is made up for, or still in time, and the others are one
 * record.
 */
const madeUp = (hours: readonly number[], trigger = 'catch-up'): readonly unknown[] => [
  { slot: shown(hours.at(-1)), trigger, outcome: 'succeeded' },
  {
    slot: shown(hours.at(-2)),
    outcome: 'missed',
    because: { code: 'catch-up', alsoStandsFor: { count: hours.length - 2, first: shown(hours[0]) } },
  },
];

const onTime = (slot: number): unknown => ({ slot: shown(slot), trigger: 'schedule', outcome: 'succeeded' });

const shown = (at: number | undefined): string => new Date(at ?? NaN).toISOString().replace('.000Z', '+00:00');

/** Stops the daemon and looks at everything; the records have to be these, newest first. */
async function expectInTheEnd(
  { world }: DueHourly,
  daemon: Daemon,
  owed: Omit<Owed, 'job'>,
  records: readonly unknown[],
): Promise<readonly RunDocument[]> {
  expect(await daemon.stop()).toMatchObject({ code: 0, stderr: '' });
  const runs = await expectEverySlotOnce(world, [{ job: 'documents', ...owed }], 'in the end');
  expect(runs.toSorted((one, other) => Date.parse(other.slot ?? '') - Date.parse(one.slot ?? ''))).toMatchObject(
    records,
  );
  for (const { duration } of runs) expect(duration ?? 0).toBeGreaterThanOrEqual(0);
  return runs;
}

/** A backup of some seconds for the slot at eleven, on time. */
async function busyAtEleven(due: DueHourly): Promise<Daemon> {
  due.slowDown(4);
  const daemon = await due.startBeforeEleven(500);
  await engineAtWork(due.world);
  due.speedUp();
  return daemon;
}

// Those that wait longest for the daemon to notice come first.
describe.runIf(canMoveClock).concurrent(`a daemon ${onOwnClocks}`, () => {
  test.each([
    { length: 'three hours', ms: 3 * hourMs },
    { length: 'three days', ms: 3 * dayMs },
  ])('a sleep of $length', { timeout: limitMs }, async ({ ms }) => {
    using due = new DueHourly();
    const daemon = await Daemon.start(due.world);
    await due.known();
    daemon.signal('SIGSTOP');
    due.clock.moveBy(ms);
    daemon.signal('SIGCONT');
    await due.records(2);
    const slots = hoursBetween(halfPastTen, halfPastTen + ms);
    await expectInTheEnd(due, daemon, { slots }, madeUp(slots));
  });

  test('set ahead by three hours while nothing runs', { timeout: limitMs }, async () => {
    using due = new DueHourly();
    const daemon = await Daemon.start(due.world);
    await due.known();
    due.clock.moveBy(3 * hourMs);
    await due.records(2);
    const slots = hoursBetween(halfPastTen, halfPastTen + 3 * hourMs);
    await expectInTheEnd(due, daemon, { slots }, madeUp(slots));
  });

  test('set back by an hour while nothing runs: no slot comes twice', { timeout: limitMs }, async () => {
    using due = new DueHourly();
    const first = await due.startBeforeEleven(500);
    const told = await first.follow();
    await due.records(1);
    due.clock.moveBy(-hourMs);
    await until('it is noticed', () => told().includes('clock.jumped'), 40_000);
    await first.stop();
    due.clock.set(eleven - 500);
    const second = await Daemon.start(due.world);
    await until('eleven has passed', () => due.clock.now() > eleven + 1000);
    await second.stop();
    due.clock.set(eleven + hourMs - 500);
    const daemon = await Daemon.start(due.world);
    await due.records(2);
    const slots = [eleven, eleven + hourMs];
    await expectInTheEnd(due, daemon, { slots }, [onTime(eleven + hourMs), onTime(eleven)]);
  });

  test(
    'set ahead by a year while nothing runs, and back during what is made up for',
    { timeout: limitMs },
    async () => {
      using due = new DueHourly();
      due.slowDown(3);
      const first = await Daemon.start(due.world);
      await due.known();
      due.clock.moveBy(yearMs);
      await until('a run is queued', () => due.journal.ofSlots('documents') === 2, 40_000);
      await engineAtWork(due.world);
      due.clock.moveBy(-yearMs);
      due.speedUp();
      await due.records(2);
      // The end of a run is a reason to look at the clock.
      const cursor = (): number => due.journal.cursor('documents') ?? 0;
      await until('the cursor is back', () => cursor() < eleven);
      await first.stop();
      due.clock.set(eleven - 500);
      const daemon = await Daemon.start(due.world);
      await due.records(3);
      const slots = hoursBetween(halfPastTen, halfPastTen + yearMs);
      await expectInTheEnd(due, daemon, { slots, again: [eleven] }, [...madeUp(slots), onTime(eleven)]);
    },
  );

  test('set back after everybody died: a lock of tomorrow is in nobody’s way', { timeout: limitMs }, async () => {
    using world = new World();
    // Engines have the real time, so theirs is what the clock is set back from.
    using clock = new WallClock(world);
    const prune = '  free-space: { prune: true }\n';
    slowDown(world, 30, prune);
    const run = world.start(['run', 'documents']);
    const engine = await engineAtWork(world);
    for (const pid of [identityOf(world, 'shim'), engine, run.child.pid]) process.kill(pid ?? 0, 'SIGKILL');
    expect(world.locks().length).toBe(1);
    clock.moveBy(-dayMs);
    speedUp(world, prune);
    const { code, stderr } = await world.umbra('run', 'free-space', '--quiet');
    expect([code, stderr]).toEqual([0, '']);
    expect(world.locks().length).toBe(0);
  });

  test('a moved clock changes nothing about who a process is', { timeout: limitMs }, async () => {
    using due = new DueHourly();
    const daemon = await Daemon.start(due.world);
    const startTime = (): string => readFileSync(`/proc/${daemon.pid}/stat`, 'utf8').split(' ')[21] ?? '';
    for (const by of [0, 3 * hourMs, -4 * hourMs, yearMs]) {
      due.clock.moveBy(by);
      const note = JSON.parse(readFileSync(join(due.world.state, 'daemon.json'), 'utf8'));
      expect(note.process).toMatchObject({ pid: daemon.pid, startTime: startTime() });
      expect((await due.world.umbra('daemon', 'status')).stdout).toContain(`process ${daemon.pid}`);
      expect(await daemon.get('/health')).toMatchObject({ ok: true });
    }
    await daemon.stop();
  });

  test('frozen over a slot, with no sleep', { timeout: limitMs }, async () => {
    using due = new DueHourly();
    const daemon = await due.startBeforeEleven(2000);
    daemon.signal('SIGSTOP');
    await until('eleven has passed', () => due.clock.now() > eleven + 500);
    daemon.signal('SIGCONT');
    await due.records(1);
    await expectInTheEnd(due, daemon, { slots: [eleven] }, [onTime(eleven)]);
  });

  test.each([
    { how: 'set ahead by three hours', by: [3 * hourMs] },
    { how: 'set back by an hour', by: [-hourMs] },
    { how: 'set ahead by a year and back', by: [yearMs, -yearMs] },
  ])('$how during a backup', { timeout: limitMs }, async ({ by }) => {
    using due = new DueHourly();
    const daemon = await busyAtEleven(due);
    for (const ms of by) due.clock.moveBy(ms);
    const slots = hoursBetween(eleven, due.clock.now());
    await due.records(1 + Math.min(2, slots.length));
    const later = slots.length === 0 ? [] : madeUp(slots, 'schedule');
    await expectInTheEnd(due, daemon, { slots: [eleven, ...slots] }, [...later, onTime(eleven)]);
  });

  test('a sleep of three hours in the middle of a backup', { timeout: limitMs }, async () => {
    using due = new DueHourly();
    const daemon = await busyAtEleven(due);
    const asleep = atWork(due, daemon);
    for (const pid of asleep) process.kill(pid, 'SIGSTOP');
    due.clock.moveBy(3 * hourMs);
    for (const pid of asleep) process.kill(pid, 'SIGCONT');
    await expectWakesUp(due, daemon);
  });

  test.runIf(canFreeze)(
    'a sleep of three days in the middle of a backup, of all at one moment (needs control groups that freeze)',
    { timeout: limitMs },
    async () => {
      using due = new DueHourly();
      const daemon = await busyAtEleven(due);
      using freezer = new Freezer();
      freezer.take(...atWork(due, daemon));
      freezer.freeze();
      due.clock.moveBy(3 * dayMs);
      freezer.thaw();
      await expectWakesUp(due, daemon);
    },
  );
});

/** The daemon, and the shim and the engine that work for it, which know nothing of its clock. */
function atWork(due: DueHourly, daemon: Daemon): readonly number[] {
  const engines = (['shim', 'engine'] as const).map((who) => identityOf(due.world, who) ?? 0);
  for (const pid of engines) expect(readFileSync(`/proc/${pid}/environ`, 'utf8')).not.toContain('FAKETIME');
  return [daemon.pid, ...engines];
}

/** The backup of eleven comes to its end, and the hours since are made up for once. */
async function expectWakesUp(due: DueHourly, daemon: Daemon): Promise<void> {
  const slots = hoursBetween(eleven, due.clock.now());
  await due.records(3);
  await expectInTheEnd(due, daemon, { slots: [eleven, ...slots] }, [...madeUp(slots, 'schedule'), onTime(eleven)]);
}
