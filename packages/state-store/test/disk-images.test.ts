import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { putDown, testSeed, times } from '../../../tools/vitest/evidence.ts';
import { furthest, lostFrom, type Acknowledged } from './acknowledged.ts';
import { nodeProgram } from './child.ts';
import { chance } from './filled.ts';
import { layOut, record, RecordedDisk, type DiskEvent } from '../../../tools/faults/injectors/recorded-disk.ts';
import { openIn, temporaryFolder } from './stores.ts';

const strace = process.env['UMBRA_TEST_STRACE'];
const images = times(400);

/** Little enough that an image is read in a few milliseconds; the log is written into the file several times meanwhile. */
const [runs, logPages] = [10, 40];

const whole = { lost: [], damage: [], mode: 'durable', alarms: [] };

async function stateIn(place: string, lines: readonly Acknowledged[]): Promise<object> {
  await using store = await openIn(place);
  return { lost: await lostFrom(store, furthest(lines)), damage: await store.audit(), ...store.health };
}

const told = (events: readonly DiskEvent[]): readonly Acknowledged[] =>
  events.flatMap((event) => (event.kind === 'told' ? [JSON.parse(event.text) as Acknowledged] : []));

test.skipIf(strace === undefined)(
  `in ${images} states in which a power cut can leave the disk, nothing that was acknowledged is gone`,
  async () => {
    using folder = temporaryFolder();
    const state = join(folder.path, 'state');
    const writer = nodeProgram('writer.ts', state, 'w', 'unique', `${runs}`, `${logPages}`);
    const events = record(strace ?? '', writer, state, join(folder.path, 'calls'));
    expect(told(events).filter(({ ended }) => ended)).toHaveLength(runs);
    expect(events.filter(({ kind }) => kind === 'sync').length).toBeGreaterThan(5 * runs);
    const intoFile = events.filter((event) => event.kind === 'write' && event.path.endsWith('.db'));
    expect(intoFile.length).toBeGreaterThan(10 * runs);

    const random = chance(testSeed);
    const cuts = Array.from({ length: images }, () => random(events.length));
    const disk = new RecordedDisk();
    const place = join(folder.path, 'image');
    for (const [at, event] of events.entries()) {
      disk.take(event);
      const here = cuts.filter((cut) => cut === at);
      const lines = here.length > 0 ? told(events.slice(0, at + 1)) : [];
      for (const _ of here) {
        layOut(disk.image(random), place);
        expect(await stateIn(place, lines), `after event ${at} (seed ${testSeed})`).toEqual(whole);
        rmSync(place, { recursive: true });
      }
    }
    putDown({ unit: 'disk images', count: images, seed: testSeed });
  },
  60_000 + images * 500,
);

test.skipIf(strace === undefined)('the images can show a loss: one of a disk on which syncs do nothing', async () => {
  using folder = temporaryFolder();
  const state = join(folder.path, 'state');
  const writer = nodeProgram('writer.ts', state, 'w', 'unique', '3');
  const events = record(strace ?? '', writer, state, join(folder.path, 'calls'));
  const lines = told(events);
  const [synced, unsynced] = [new RecordedDisk(), new RecordedDisk()];
  for (const event of events) {
    synced.take(event);
    if (event.kind !== 'sync') unsynced.take(event);
  }
  const nothingElse = (): number => 0;
  layOut(synced.image(nothingElse), join(folder.path, 'synced'));
  layOut(unsynced.image(nothingElse), join(folder.path, 'unsynced'));
  expect(await stateIn(join(folder.path, 'synced'), lines)).toEqual(whole);
  expect(await stateIn(join(folder.path, 'unsynced'), lines)).not.toMatchObject({ lost: [] });
});
