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

/** One attempt with an engine that only takes note of what is done to it. */
function anAttempt(said: ThrottlePolicy | null = policy) {
  const spoolDir = mkdtempSync(join(tmpdir(), 'umbra-throttle-'));
  folders.push(spoolDir);
  const clock = new FakeClock();
  const sensors = new FakeSensors().says('metered', 'clear').says('busy', 'clear');
  const deeds: string[] = [];
  const steps: StepRecord[] = [];
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
        id: 'r-1',
        plan: { job: aJob({ throttle: said ?? undefined }), repository: aRepository(), options: {} },
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
    throttles: new Throttles(),
    alive: () => void deeds.push('alive'),
    waiting: () => void deeds.push('waiting'),
  });
  /** An engine that ends with its signal, or when it is told to. */
  const work = (before: number): Promise<string> => {
    deeds.push(`engine ${before}`);
    const signal = throttleOf.signalFor(join(spoolDir, `${before}`));
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
