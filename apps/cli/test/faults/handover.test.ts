import { readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { Daemon } from '../support/daemon.ts';
import { canMoveClock, onOwnClocks } from '../../../../tools/faults/injectors/wall-clock.ts';
import { until } from '../support/world.ts';
import { expectEverySlotOnce, hourMs } from './accounts.ts';
import { engineAtWork } from './aftermath.ts';
import { DueHourly, eleven } from './due-hourly.ts';

const limitMs = 90_000;

describe.runIf(canMoveClock).concurrent(`from daemon to daemon ${onOwnClocks}`, () => {
  test(
    'a backup goes on when its daemon is told to end, and the next one follows it',
    { timeout: limitMs },
    async () => {
      using due = new DueHourly();
      due.slowDown(12);
      const first = await due.startBeforeEleven(500);
      const engine = await engineAtWork(due.world);
      const told = performance.now();
      expect(await first.stop()).toMatchObject({ code: 0, stdout: expect.stringContaining('Backups that run go on') });
      expect(performance.now() - told).toBeLessThan(9000);
      expect(due.world.processes()).toContain(engine);
      const second = await Daemon.start(due.world);
      await due.records(1);
      await second.stop();
      const runs = await expectEverySlotOnce(due.world, [{ job: 'documents', slots: [eleven] }], 'in the end');
      expect(runs).toMatchObject([{ outcome: 'succeeded', attempts: [{ outcome: 'succeeded' }] }]);
    },
  );

  test('a backup that is to die with its daemon ends cleanly, and is made anew', { timeout: limitMs }, async () => {
    using due = new DueHourly();
    due.slowDown(4, '    orphanPolicy: die\n');
    const first = await due.startBeforeEleven(500);
    await engineAtWork(due.world);
    await first.stop();
    await until('its engine has ended', () => due.world.processes().length === 0);
    expect(due.world.locks().length).toBe(0);
    expect(due.world.snapshots()).toEqual([]);
    const second = await Daemon.start(due.world);
    await due.records(1);
    await second.stop();
    const runs = await expectEverySlotOnce(due.world, [{ job: 'documents', slots: [eleven] }], 'in the end');
    expect(runs).toMatchObject([
      { outcome: 'succeeded', attempts: [{ outcome: 'interrupted' }, { outcome: 'succeeded' }] },
    ]);
  });

  test('a broken configuration takes no slot away, not even over a kill', { timeout: limitMs }, async () => {
    using due = new DueHourly();
    const first = await due.startBeforeEleven(1500);
    const good = readFileSync(due.world.config, 'utf8');
    writeFileSync(due.world.config, `${good}jobs: {`);
    first.signal('SIGHUP');
    await due.records(1);
    expect(await first.get('/health')).toMatchObject({ ok: false, configuration: { jobs: 1 } });
    expect((await due.world.umbra('daemon', 'status')).stdout).toContain('the last good one is in force');
    await first.kill();
    due.clock.set(eleven + hourMs - 500);
    const second = await Daemon.start(due.world);
    await due.records(2);
    writeFileSync(due.world.config, good.replace('schedule: hourly', 'schedule: hourly at :20'));
    expect((await due.world.umbra('daemon', 'reload')).code).toBe(0);
    expect(await second.get('/health')).toMatchObject({ ok: true, nextRun: '2027-03-01T12:20:00+00:00' });
    await second.stop();
    await expectEverySlotOnce(due.world, [{ job: 'documents', slots: [eleven, eleven + hourMs] }], 'in the end');
  });

  test('a daemon and calls of `umbra run --due` share the slots', { timeout: limitMs }, async () => {
    using due = new DueHourly();
    const first = await due.startBeforeEleven(300);
    const slots = [eleven, eleven + hourMs, eleven + 2 * hourMs];
    let daemon = first;
    for (const [index, slot] of slots.entries()) {
      if (index > 0) {
        due.clock.set(slot - 300);
        daemon = await Daemon.start(due.world);
      }
      await until('it is due', () => due.clock.now() >= slot);
      const calls = [1, 2].map(() => due.world.umbra('run', '--due', '--quiet'));
      expect((await Promise.all(calls)).map(({ code, stderr }) => [code, stderr])).toEqual([
        [0, ''],
        [0, ''],
      ]);
      await due.records(index + 1);
      await daemon.stop();
    }
    const runs = await expectEverySlotOnce(due.world, [{ job: 'documents', slots }], 'in the end');
    expect(runs.map(({ outcome }) => outcome)).toEqual(['succeeded', 'succeeded', 'succeeded']);
  });
});
