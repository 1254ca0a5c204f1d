import { describe, expect, test } from 'vitest';
import { nobodysPid, plantLock, type PlantedLock } from '../../../../tools/faults/injectors/stale-locks.ts';
import { World } from '../support/world.ts';
import { expectNothingLeft } from './aftermath.ts';

const hourMs = 3_600_000;

const cases: readonly (readonly [whose: string, lock: PlantedLock, isRemoved: boolean])[] = [
  ['a dead process of this machine', { pid: nobodysPid }, true],
  [
    'a dead process of this machine whose number another one has by now',
    { pid: process.pid, ageMs: 24 * hourMs },
    true,
  ],
  ['a living process of this machine', { pid: process.pid }, false],
  ['another machine, a while ago', { pid: 1, host: 'elsewhere', ageMs: 2 * hourMs }, true],
  ['another machine, just now', { pid: 1, host: 'elsewhere' }, false],
  ['another machine whose clock is ahead', { pid: 1, host: 'elsewhere', ageMs: -24 * hourMs }, false],
];

describe.concurrent('a lock of', () => {
  test.each(cases)(
    '%s: it is removed if its owner is dead beyond doubt, and else stays',
    async (_, lock, isRemoved) => {
      using world = new World();
      world.write('file', 'content');
      world.configure('    verify: { afterBackup: none }\n', { repositoryLines: '    lockWait: 0s\n' });
      plantLock(world.repository, world.master, lock);
      const { code, stderr } = await world.umbra('run', '--no-retry');
      expect([code, world.locks().length], stderr).toEqual(isRemoved ? [0, 0] : [11, 1]);
      if (isRemoved) await expectNothingLeft(world);
    },
  );
});
