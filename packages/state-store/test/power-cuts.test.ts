import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as after } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { putDown, testSeed, times } from '../../../tools/vitest/evidence.ts';
import { furthest, lostFrom, type Acknowledged } from './acknowledged.ts';
import { startChild } from './child.ts';
import { chance } from './filled.ts';
import { MortalDisk, whyImmortal } from './mortal-disk.ts';
import { openIn, temporaryFolder } from './stores.ts';

const cuts = times(12);

const isStopped = (pid = 0): boolean => / [TZX] /.test(readFileSync(`/proc/${pid}/stat`, 'latin1'));

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await after(1);
}

test.skipIf(whyImmortal !== undefined)(
  `after ${cuts} power cuts at any instant nothing that was acknowledged is gone`,
  async () => {
    using place = temporaryFolder();
    using disk = new MortalDisk(place.path);
    const state = join(disk.folder, 'state');
    const random = chance(testSeed);
    let acknowledged = 0;
    for (let n = 0; n < cuts; n += 1) {
      const { child, lines, reader, ended } = startChild<Acknowledged>('writer.ts', state, `w${n}`);
      // Every fifth loses its power while the writer starts, the others in the middle of its work.
      if (n % 5 !== 0) await once(reader, 'line');
      await after(random(n % 5 === 0 ? 250 : 80));
      // Between two calls of the kernel: to a sync that overlaps the cut, Linux says that all is well although it is not.
      child.kill('SIGSTOP');
      await until(() => isStopped(child.pid));
      disk.cutPower();
      child.kill('SIGKILL');
      await ended;
      acknowledged += lines.length;
      disk.restorePower();

      await using store = await openIn(state);
      const seen = { lost: await lostFrom(store, furthest(lines)), damage: await store.audit(), ...store.health };
      expect(seen, `cut ${n}`).toEqual({ lost: [], damage: [], mode: 'durable', alarms: [] });
    }
    expect(acknowledged).toBeGreaterThan(cuts);
    putDown({ unit: 'power cuts', count: cuts, seed: testSeed });
  },
  60_000 + cuts * 10_000,
);
