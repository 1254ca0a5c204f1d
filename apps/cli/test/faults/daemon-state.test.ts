import { describe, expect, test } from 'vitest';
import { Daemon } from '../support/daemon.ts';
import { canMoveClock, onOwnClocks } from '../../../../tools/faults/injectors/wall-clock.ts';
import { until } from '../support/world.ts';
import { hourMs } from './accounts.ts';
import { DueHourly, eleven } from './due-hourly.ts';
import { canMount, keepFull, smallDisk } from '../../../../tools/faults/injectors/small-disk.ts';

const limitMs = 150_000;
const eachMs = 60_000;

interface Health {
  readonly ok: boolean;
  readonly state: { readonly mode: string; readonly alarms: readonly { readonly code: string }[] };
}

/** What the daemon says of itself as soon as it says so; it may be opening its state anew meanwhile. */
async function says(daemon: Daemon, what: string, isSo: (health: Health) => boolean): Promise<Health> {
  let last: Health | undefined;
  const end = performance.now() + eachMs;
  while (performance.now() < end) {
    last = (await daemon.get('/health').catch(() => undefined)) as Health | undefined;
    if (last !== undefined && isSo(last)) return last;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`not within ${eachMs} ms: ${what}, but ${JSON.stringify(last)}`);
}

const recovers = (daemon: Daemon): Promise<Health> =>
  says(daemon, 'it records again', ({ ok, state }) => ok && state.mode === 'durable');

async function expectNothingElse({ world }: DueHourly): Promise<void> {
  expect([world.locks(), world.processes()]).toEqual([[], []]);
  const known = (await world.history()).map(({ id }) => `umbra-run:${id}`);
  const made = world.snapshots().flatMap(({ tags = [] }) => tags.filter((tag) => tag.startsWith('umbra-run:')));
  expect(new Set(made).size).toBe(made.length);
  // One that nobody could write down is made again.
  expect(made.filter((tag) => !known.includes(tag)).length).toBeLessThanOrEqual(1);
}

const disks = 'a daemon on disks of its own (needs the right to mount)';
describe.runIf(canMoveClock && canMount).concurrent(`${disks}, ${onOwnClocks}`, () => {
  test('its state disk is full: that is told, backups go on, and it recovers', { timeout: limitMs }, async () => {
    using due = new DueHourly();
    using disk = smallDisk(due.world.makeFolder('state'), '4m');
    const daemon = await due.startBeforeEleven(5000);
    {
      using _full = keepFull(disk);
      const isFull = ({ ok, state: { alarms } }: Health): boolean =>
        !ok && alarms.some(({ code }) => code === 'state.full');
      await says(daemon, 'its disk is full', isFull);
      await until('the backup is made', () => due.world.snapshots().length > 0, eachMs);
    }
    await recovers(daemon);
    await due.records(1);
    expect(await due.world.history()).toMatchObject([
      { slot: '2027-03-01T11:00:00+00:00', snapshot: expect.any(String) },
    ]);
    await daemon.stop();
    await expectNothingElse(due);
  });

  test('its state is read-only when it starts: backups go on, and it recovers', { timeout: limitMs }, async () => {
    using due = new DueHourly();
    using disk = smallDisk(due.world.makeFolder('state'), '4m');
    const daemon = await due.startBeforeEleven(500, () => disk.makeReadOnly());
    const isReadOnly = ({ ok, state }: Health): boolean =>
      !ok && state.alarms.some(({ code }) => code === 'state.read-only');
    await says(daemon, 'its state is read-only', isReadOnly);
    await until('the backup is made', () => due.world.snapshots().length > 0, eachMs);
    disk.makeWritable();
    await recovers(daemon);
    await due.records(1);
    await daemon.stop();
    due.clock.set(eleven + hourMs - 500);
    const next = await Daemon.start(due.world);
    await due.records(2);
    await next.stop();
    await expectNothingElse(due);
  });
});
