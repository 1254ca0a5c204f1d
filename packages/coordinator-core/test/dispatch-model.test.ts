import { UmbraError } from '@umbracore/contracts';
import * as fc from 'fast-check';
import { test } from 'vitest';
import { times } from '../../../tools/vitest/evidence.ts';
import { courses, DispatchModel } from './dispatch-model.ts';
import { DispatchWorld } from './dispatching.ts';
import { catchUp } from './interval-calendar.ts';

const second = 1000;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;
const runs = times(150);

const length = fc.oneof(
  fc.integer({ min: second, max: 2 * minute }),
  fc.integer({ min: minute, max: 5 * hour }),
  fc.integer({ min: hour, max: 400 * day }),
);
const short = fc.oneof(fc.integer({ min: second, max: 3 * minute }), fc.integer({ min: minute, max: 3 * hour }));
const which = fc.nat(2);

const command = fc.oneof(
  { weight: 8, arbitrary: fc.record({ type: fc.constant('tick' as const), ms: short }) },
  { weight: 2, arbitrary: fc.record({ type: fc.constant('sleep' as const), ms: length }) },
  { weight: 1, arbitrary: fc.record({ type: fc.constant('forward' as const), ms: length }) },
  { weight: 1, arbitrary: fc.record({ type: fc.constant('back' as const), ms: length }) },
  { weight: 2, arbitrary: fc.record({ type: fc.constant('crash' as const), which }) },
  { weight: 3, arbitrary: fc.record({ type: fc.constant('boot' as const) }) },
  { weight: 1, arbitrary: fc.record({ type: fc.constant('stop' as const), which }) },
  {
    weight: 1,
    arbitrary: fc.record({
      type: fc.constant('edit' as const),
      which,
      ms: fc.constantFrom(10 * minute, hour, 3 * hour),
    }),
  },
  { weight: 1, arbitrary: fc.record({ type: fc.constant('switch' as const), which }) },
  {
    weight: 1,
    arbitrary: fc.record({ type: fc.constant('starts fail' as const), count: fc.integer({ min: 1, max: 3 }) }),
  },
  { weight: 1, arbitrary: fc.record({ type: fc.constant('cancel' as const) }) },
  { weight: 1, arbitrary: fc.record({ type: fc.constant('trouble' as const), ms: short }) },
);
type Command = typeof command extends fc.Arbitrary<infer T> ? T : never;

async function perform(model: DispatchModel, step: Command): Promise<void> {
  const { world, jobs } = model;
  const alive = [...world.processes];
  const chosen = 'which' in step ? alive[step.which % Math.max(1, alive.length)] : undefined;
  switch (step.type) {
    case 'tick':
      return await model.tick(step.ms);
    case 'sleep':
    case 'forward':
      return model.jump(step.ms);
    case 'back':
      return model.jump(-step.ms);
    case 'crash':
      chosen?.kill();
      return model.disturb();
    case 'boot':
      if (alive.length < 3) world.boot();
      await world.clock.advance(0);
      return model.disturb();
    case 'stop': {
      const ended = chosen?.dispatcher[Symbol.asyncDispose]();
      await world.clock.advance(0);
      await ended;
      chosen?.kill();
      return model.disturb();
    }
    case 'edit': {
      const job = jobs[step.which % jobs.length];
      if (job === undefined || alive.length === 0) return;
      return await model.change(() => (job.stepMs = step.ms));
    }
    case 'switch': {
      const job = jobs[step.which % jobs.length];
      if (job === undefined || alive.length === 0) return;
      return await model.change(() => (job.enabled = !job.enabled));
    }
    case 'starts fail':
      world.startsThatFail = step.count;
      return model.disturb();
    case 'cancel':
      for (const process of alive) process.cancelAll();
      await world.clock.advance(0);
      return;
    case 'trouble':
      world.trouble = new UmbraError('state.busy', 'Somebody else writes');
      await model.tick(step.ms);
      world.trouble = undefined;
      return model.disturb();
  }
}

test(
  'whatever happens, no slot is lost or doubled, and what is due is started',
  async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(command, { minLength: 5, maxLength: 40 }), fc.integer(), async (steps, seed) => {
        const world = new DispatchWorld();
        let turn = Math.abs(seed);
        world.course = () => {
          turn += 7;
          return courses[turn % courses.length] ?? { takesMs: second, outcome: 'succeeded' };
        };
        const model = new DispatchModel(world, [
          { id: 'once', stepMs: hour, enabled: true, rest: {}, overlap: 'queue' },
          { id: 'all', stepMs: 3 * hour, enabled: true, rest: catchUp('run-all', 3), overlap: 'skip' },
          { id: 'none', stepMs: 10 * minute, enabled: true, rest: catchUp('skip'), overlap: 'cancel' },
        ]);
        world.boot();
        await world.clock.advance(0);
        for (const step of steps) {
          await perform(model, step);
          model.check();
        }
        // In the end somebody comes back, and everything is settled.
        if (!model.isAlive) world.boot();
        model.disturb();
        await model.tick(2 * minute);
        model.check();
        for (const process of world.processes) process.kill();
      }),
      { numRuns: runs },
    );
  },
  runs * 4000,
);
