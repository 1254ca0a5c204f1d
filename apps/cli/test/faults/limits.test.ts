import { readdirSync } from 'node:fs';
import { expect, test } from 'vitest';
import { lacking, isHere } from '../../../../tools/faults/injectors/injector.ts';
import { limit, limitedProgram, limitsOfKernel, type Limits } from '../../../../tools/faults/injectors/limits.ts';
import { Daemon } from '../support/daemon.ts';
import { resticProgram, World } from '../support/world.ts';
import { expectNothingLeft, expectRefusal } from './aftermath.ts';

const cases: readonly (readonly [what: string, limits: Limits, said: string])[] = [
  // With one more it may come to a load that fails, which it tries again for a quarter of an hour.
  ['descriptors', { nofile: 7 }, 'runtime: eventfd failed'],
  ['memory', { as: 300_000_000 }, 'memory'],
];

test.skipIf(!isHere(limitsOfKernel)).concurrent.each(cases)(
  `too few %s for the engine${lacking(limitsOfKernel)}: 75, and what to raise`,
  async (_, limits, said) => {
    using world = new World();
    world.write('file', 'content');
    const limited = limitedProgram(world.at('limited-restic'), resticProgram(), limits);
    const run = await world.start(['run', '--no-retry'], { env: { UMBRA_RESTIC: limited } }).ended;
    expectRefusal(run, 75, 'engine.resources', said, 'ulimit');
    expect(await expectNothingLeft(world)).toMatchObject([{ outcome: 'failed', exitCode: 75, snapshot: null }]);
  },
);

test
  .skipIf(!isHere(limitsOfKernel))
  .concurrent(
    `too few descriptors for a daemon${lacking(limitsOfKernel)}: its runs fail and say so, it lives, and works on once it has them`,
    async () => {
      using world = new World();
      world.write('file', 'content');
      const daemon = await Daemon.start(world);
      const open = readdirSync(`/proc/${daemon.pid}/fd`).length;
      for (const more of [4, 8]) {
        limit(daemon.pid, { nofile: open + more });
        expectRefusal(await world.umbra('run', '--no-retry'), 75, 'Raise the limit');
        limit(daemon.pid, { nofile: 1024 });
        expect(await daemon.get('/health')).toMatchObject({ ok: true });
      }
      expect(await world.umbra('run', '--quiet')).toMatchObject({ code: 0, stderr: '' });
      expect(await daemon.stop()).toMatchObject({ code: 0, stderr: '' });
      expect((await expectNothingLeft(world)).map(({ outcome }) => outcome)).toEqual(['succeeded', 'failed', 'failed']);
    },
  );
