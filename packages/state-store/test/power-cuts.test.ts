import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as after } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { freeze } from '../../../tools/faults/injectors/frozen.ts';
import { isHere, lacking } from '../../../tools/faults/injectors/injector.ts';
import { MortalDisk, powerCuts } from '../../../tools/faults/injectors/mortal-disk.ts';
import { putDown, testSeed, times } from '../../../tools/vitest/evidence.ts';
import { furthest, lostFrom, type Acknowledged } from './acknowledged.ts';
import { startChild } from './child.ts';
import { chance } from './filled.ts';
import { openIn, temporaryFolder } from './stores.ts';

const cuts = times(12);

test.skipIf(!isHere(powerCuts))(
  `after ${cuts} power cuts at any instant nothing that was acknowledged is gone${lacking(powerCuts)}`,
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
      await freeze(child.pid ?? 0);
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
