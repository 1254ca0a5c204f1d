import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { silentLog, UmbraError, type EngineLimits, type StepRecord, type ThrottlePolicy } from '@umbracore/contracts';
import { aJob, aRepository, FakeClock, FakeSensors } from '@umbracore/testkit';
import { afterEach, expect, test } from 'vitest';
import type { RunScope } from '../run-scope.ts';
import { RunThrottle } from './run-throttle.ts';
import { longestPauseMs } from './steer.ts';
import { Throttles } from './throttles.ts';
import { writeWish } from './wish-file.ts';

const minute = 60_000;
const tickMs = 2000;

const policy: ThrottlePolicy = {
  base: {},
  rules: [
    { all: [{ kind: 'metered', options: true }], words: { paused: true } },
    { all: [{ kind: 'busy', options: 1 }], words: { priority: 'idle' } },
  ],
  zone: 'UTC',
};

const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

/** What attempts of one coordinator have in common. */
function aWorld() {
  const spoolDir = mkdtempSync(join(tmpdir(), 'umbra-throttle-'));
  folders.push(spoolDir);
  const sensors = new FakeSensors().says('metered', 'clear').says('busy', 'clear');
  return { spoolDir, sensors, clock: new FakeClock(), throttles: new Throttles(), repository: aRepository() };
}

/** One attempt with an engine that only takes note of what is done to it. */
function anAttempt(said: ThrottlePolicy | null = policy, world = aWorld(), id = 'r-1') {
  const { spoolDir, sensors, clock, throttles, repository } = world;
  const deeds: string[] = [];
  const steps: StepRecord[] = [];
  const begun: (number | undefined)[] = [];
  const abort = new AbortController();
  const engine = {
    pause: () => deeds.push('pause') > 0,
    resume: () => void deeds.push('resume'),
    adjust: async (limits: EngineLimits) => {
      deeds.push(`adjust ${limits.priority ?? 'normal'}`);
      return [];
    },
  };
  const scope = {
    ports: { spoolDir, clock, sensors, engineProcesses: { find: () => Promise.resolve(engine) } },
    held: {
      record: {
        id,
        plan: { job: aJob({ throttle: said ?? undefined }), repository, options: {} },
      },
      steps: () => Promise.resolve(steps),
      recordStep: (step: StepRecord) => Promise.resolve(steps.push(step)),
    },
    log: silentLog,
    note: () => {},
    publish: () => {},
  };
  const throttleOf = new RunThrottle({
    scope: scope as unknown as RunScope,
    signal: abort.signal,
    throttles,
    alive: () => void deeds.push('alive'),
    waiting: () => void deeds.push('waiting'),
  });
  /** An engine that ends with its signal, or when it is told to. */
  const work = (before: number): Promise<string> => {
    deeds.push(`engine ${before}`);
    const signal = throttleOf.signalFor(join(spoolDir, `${before}`));
    begun.push(throttleOf.limits.uploadBytesPerSecond);
    return new Promise((resolve, reject) => {
      signal.addEventListener('abort', () => reject(new UmbraError('run.interrupted', 'ended')), { once: true });
      end = () => resolve('done');
    });
  };
  let end = (): void => {};
  return {
    throttle: throttleOf,
    clock,
    sensors,
    abort,
    steps,
    /** What each engine may send in a second. */
    begun,
    spoolDir,
    work,
    end: () => end(),
    /** What was done since the last question, but for signs of life. */
    done: () => deeds.splice(0).filter((deed) => deed !== 'alive'),
    deeds,
  };
}

test('a rule that comes to hold is acted upon, recorded once, and lifted', async () => {
  const { throttle, clock, sensors, work, end, done, steps } = anAttempt();
  const held = throttle.hold('restartable', work);
  await clock.advance(tickMs);
  expect(done()).toEqual(['engine 0', 'adjust normal']);
  sensors.says('busy', 'holds', 'load 3.1');
  await clock.advance(10 * tickMs);
  expect(done()).toEqual(['adjust idle']);
  sensors.says('busy', 'holds', 'load 3.2');
  await clock.advance(tickMs);
  expect(steps.map(({ kind, detail }) => [kind, detail['because']])).toEqual([['throttle', ['busy: load 3.1']]]);
  sensors.says('busy', 'clear');
  await clock.advance(2 * minute);
  expect(done()).toEqual(['adjust normal']);
  end();
  expect(await held).toBe('done');
  throttle[Symbol.dispose]();
});

test('a pause that lasts becomes an engine that ended, and another one when it is over', async () => {
  const { throttle, clock, sensors, work, end, done, deeds } = anAttempt();
  const held = throttle.hold('restartable', work);
  await clock.advance(tickMs);
  sensors.says('metered', 'holds');
  done();
  await clock.advance(2 * tickMs);
  expect(done()).toEqual(['pause']);
  await clock.advance(minute);
  // Its watchdog is told that it does not hang.
  expect(deeds.filter((deed) => deed === 'alive').length).toBeGreaterThanOrEqual(20);
  await clock.advance(longestPauseMs);
  expect(done().slice(0, 2)).toEqual(['resume', 'waiting']);
  sensors.says('metered', 'clear');
  await clock.advance(2 * minute);
  expect(done().filter((deed) => deed !== 'waiting')).toEqual(['engine 1', 'adjust normal']);
  end();
  expect(await held).toBe('done');
  throttle[Symbol.dispose]();
});

test('no engine begins while it would have to stand still', async () => {
  const { throttle, clock, sensors, work, end, done } = anAttempt();
  sensors.says('metered', 'holds');
  const held = throttle.hold('single', work);
  await clock.advance(minute);
  expect(new Set(done())).toEqual(new Set(['waiting']));
  sensors.says('metered', 'clear');
  await clock.advance(minute);
  expect(done()).toContain('engine 0');
  end();
  await held;
  throttle[Symbol.dispose]();
});

test.each(['abort', 'dispose'] as const)(
  'whatever ends the attempt (%s), nothing stands still any more',
  async (how) => {
    const { throttle, clock, sensors, work, abort, done } = anAttempt();
    const held = throttle.hold('single', work);
    held.catch(() => {});
    await clock.advance(tickMs);
    sensors.says('metered', 'holds');
    await clock.advance(tickMs);
    done();
    if (how === 'abort') abort.abort(new UmbraError('run.cancelled', 'enough'));
    else throttle[Symbol.dispose]();
    await clock.advance(tickMs);
    expect(done()).toEqual(['resume']);
    throttle[Symbol.dispose]();
  },
);

test('a run that nobody wants to hold back is left alone until somebody does', async () => {
  const { throttle, clock, work, end, done, steps, spoolDir } = anAttempt(null);
  const held = throttle.hold('single', work);
  await clock.advance(minute);
  expect([done(), steps]).toEqual([['engine 0'], []]);
  writeWish(spoolDir, 'r-1', { priority: 'low' });
  await clock.advance(tickMs);
  expect(done()).toEqual(['adjust low']);
  writeWish(spoolDir, 'r-1', null);
  await clock.advance(tickMs);
  expect(done()).toEqual(['adjust normal']);
  end();
  await held;
  throttle[Symbol.dispose]();
});

test('who asks for a look gets one that has seen all that came before, also while another one goes on', async () => {
  const { throttle, clock, spoolDir, work, end, done } = anAttempt();
  const held = throttle.hold('restartable', work);
  await clock.advance(tickMs);
  done();
  const before = throttle.look();
  writeWish(spoolDir, 'r-1', { paused: true });
  await throttle.look();
  expect(done()).toEqual(['pause']);
  await before;
  end();
  await held;
  throttle[Symbol.dispose]();
});

test('what a repository allows is given to nobody twice: who comes waits for what others have, and says so', async () => {
  const shared: ThrottlePolicy = { base: { uploadBytesPerSecond: 600_000 }, rules: [], zone: 'UTC' };
  const world = { ...aWorld(), repository: aRepository({ throttle: shared }) };
  const attempts = ['r-1', 'r-2', 'r-3'].map((id) => anAttempt(null, world, id));
  const [first, second, third] = attempts as [(typeof attempts)[0], (typeof attempts)[0], (typeof attempts)[0]];
  const { clock } = world;
  const all = [first.throttle.hold('restartable', first.work)];
  await clock.advance(tickMs);
  // Both at the same moment.
  all.push(second.throttle.hold('restartable', second.work), third.throttle.hold('single', third.work));
  await clock.advance(0);
  expect([first, second, third].map(({ begun }) => begun)).toEqual([[600_000], [], []]);
  expect(second.steps.at(-1)?.detail['because']).toContain(
    'shared with 1 other run, and too little of it is left for now',
  );
  await clock.advance(4 * tickMs);
  expect([first, second, third].map(({ begun }) => begun)).toEqual([[600_000, 200_000], [200_000], [200_000]]);
  first.end();
  second.end();
  await clock.advance(20 * minute);
  // One that cannot be replaced keeps what it has; who comes now gets the rest of the half.
  expect(third.begun).toEqual([200_000]);
  const next = anAttempt(null, world, 'r-4');
  all.push(next.throttle.hold('restartable', next.work));
  await clock.advance(tickMs);
  expect(next.begun).toEqual([300_000]);
  for (const { end, throttle } of [third, next]) {
    end();
    throttle[Symbol.dispose]();
  }
  expect(await Promise.all(all)).toEqual(['done', 'done', 'done', 'done']);
});

test('a rule of a repository holds for all who work on it, whoever has seen it first', async () => {
  const rules = [{ all: [{ kind: 'busy', options: 1 }], words: { priority: 'idle' } as const }];
  const world = { ...aWorld(), repository: aRepository({ throttle: { base: {}, rules, zone: 'UTC' } }) };
  const first = anAttempt(null, world);
  const held = first.throttle.hold('single', first.work);
  world.sensors.says('busy', 'holds');
  await world.clock.advance(tickMs);
  world.sensors.says('busy', 'near');
  const second = anAttempt(null, world, 'r-2');
  const other = second.throttle.hold('single', second.work);
  await world.clock.advance(tickMs);
  expect([first.done(), second.done()]).toEqual([
    ['engine 0', 'adjust idle'],
    ['engine 0', 'adjust idle'],
  ]);
  for (const { end, throttle } of [first, second]) {
    end();
    throttle[Symbol.dispose]();
  }
  await Promise.all([held, other]);
});
