import { expect, test } from 'vitest';
import { lacking, isHere } from '../../../../tools/faults/injectors/injector.ts';
import { limitedProgram, limitsOfKernel, type Limits } from '../../../../tools/faults/injectors/limits.ts';
import { resticProgram, World } from '../support/world.ts';
import { expectNothingLeft, expectRefusal } from './aftermath.ts';

const cases: readonly (readonly [what: string, limits: Limits, said: string])[] = [
  ['descriptors', { nofile: 8 }, 'too many open files'],
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
