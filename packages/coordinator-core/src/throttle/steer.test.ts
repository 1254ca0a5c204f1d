import type {
  EngineLimits,
  RunPlan,
  SensorReading,
  SensorVerdict,
  ThrottlePolicy,
  ThrottleWish,
} from '@umbracore/contracts';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { rates } from './limits.ts';
import { sharingIn } from './look.ts';
import type { Claim, Sharing } from './parts.ts';
import {
  breathMs,
  changeRule,
  freshMemory,
  longestPauseMs,
  restartRule,
  steer,
  type Memory,
  type Sight,
  type SteeredEngine,
  type Steering,
} from './steer.ts';

const mebibyte = 1024 * 1024;
const minute = 60_000;

const policy: ThrottlePolicy = {
  base: { priority: 'low', uploadBytesPerSecond: 10 * mebibyte },
  rules: [
    { all: [{ kind: 'metered', options: true }], words: { paused: true } },
    { all: [{ kind: 'busy', options: 1 }], words: { priority: 'idle', cpuShare: 0.5 } },
    { all: [{ kind: 'night', options: 1 }], words: { uploadBytesPerSecond: null } },
    { all: [{ kind: 'slow', options: 1 }], words: { uploadBytesPerSecond: mebibyte } },
  ],
  zone: 'UTC',
};

const clear = ['clear', 'clear', 'clear', 'clear'] as const;
const everything: Sharing = { uses: rates, most: 1 };

function sightOf(
  verdicts: readonly SensorVerdict[],
  engine?: SteeredEngine,
  wish: ThrottleWish = null,
  sharers?: readonly Claim[],
  sharing = everything,
): Sight {
  const readings = verdicts.map((verdict): SensorReading[] => [{ verdict, text: verdict }]);
  return { said: [{ who: 'job', policy, readings, sharers, sharing }], ceiling: {}, wish, engine };
}

const engineOf = (limits: EngineLimits, startedAtMs = 0, isRestartable = true): SteeredEngine => ({
  limits,
  startedAtMs,
  isRestartable,
});

/** An engine that began a while ago with what the policy says when nothing is the matter. */
const settled = { memory: { ...freshMemory([{ policy }], 0), limits: { priority: 'low' as const } } };
const usual = engineOf({ priority: 'low', uploadBytesPerSecond: 10 * mebibyte });

describe('what is wanted', () => {
  const wanted = (...verdicts: readonly SensorVerdict[]): Steering =>
    steer(freshMemory([{ policy }], 0), sightOf(verdicts), 0);

  test('the base, when nothing is the matter', () => {
    const { wanted: limits, because } = wanted(...clear);
    expect(limits).toMatchObject({ priority: 'low', uploadBytesPerSecond: 10 * mebibyte, paused: false });
    expect(because).toEqual(['throttle of the job']);
  });

  test('a later rule goes before an earlier one, and one may lift what was said', () => {
    expect(wanted('clear', 'clear', 'holds', 'clear').wanted.uploadBytesPerSecond).toBeUndefined();
    expect(wanted('clear', 'clear', 'holds', 'holds').wanted.uploadBytesPerSecond).toBe(mebibyte);
  });

  test('what nobody can tell holds nothing back', () => {
    expect(wanted('unknown', 'near', 'clear', 'clear').wanted).toMatchObject({ priority: 'low', paused: false });
  });

  test('the stricter of several policies, and what holds in any case', () => {
    const strict: ThrottlePolicy = {
      base: { priority: 'idle', uploadBytesPerSecond: mebibyte },
      rules: [],
      zone: 'UTC',
    };
    const { said } = sightOf(clear);
    const both = [
      ...said,
      { who: 'repository main', policy: strict, readings: [], sharers: undefined, sharing: everything },
    ];
    const sight = { said: both, ceiling: { uploadBytesPerSecond: 1000 }, wish: null, engine: undefined };
    const { wanted: limits, because } = steer(freshMemory(both, 0), sight, 0);
    expect(limits).toMatchObject({ priority: 'idle', uploadBytesPerSecond: 1000 });
    expect(because).toEqual(['throttle of the job', 'throttle of the repository main']);
  });

  test("a person's word goes before all of it, and only where it says something", () => {
    const sight = sightOf(['holds', 'clear', 'clear', 'clear'], undefined, {
      paused: false,
      uploadBytesPerSecond: null,
    });
    const { wanted: limits, because } = steer(freshMemory([{ policy }], 0), sight, 0);
    expect(limits).toEqual({ priority: 'low', paused: false });
    expect(because[0]).toBe('set for this run');
  });

  test('what a repository allows is shared by the runs that work on it', () => {
    const share = (...sharers: readonly Claim[]): number | undefined =>
      steer(freshMemory([{ policy }], 0), sightOf(clear, undefined, null, sharers), 0).wanted.uploadBytesPerSecond;
    const other: Claim = { uses: rates, wants: {}, has: undefined, isRestartable: true, set: [] };
    expect(share()).toBe(10 * mebibyte);
    expect(share(other)).toBe(5 * mebibyte);
    expect(share({ ...other, wants: { uploadBytesPerSecond: mebibyte } })).toBe(9 * mebibyte);
  });

  test('who only reads has no part of what is sent, and a drill leaves room for who comes', () => {
    const kind = (name: string): Sharing => sharingIn({ job: { kind: name } } as RunPlan, 'main');
    const both: ThrottlePolicy = {
      base: { uploadBytesPerSecond: 8 * mebibyte, downloadBytesPerSecond: 8 * mebibyte },
      rules: [],
      zone: 'UTC',
    };
    const other: Claim = { uses: rates, wants: {}, has: undefined, isRestartable: true, set: [] };
    const share = (sharing: Sharing, ...sharers: readonly Claim[]): readonly unknown[] => {
      const said = [{ who: 'repository main', policy: both, readings: [], sharers, sharing }];
      const { wanted: limits } = steer(freshMemory(said, 0), { said, ceiling: {}, wish: null, engine: undefined }, 0);
      return rates.map((rate) => (limits[rate] ?? 0) / mebibyte);
    };
    const checking = { ...other, uses: kind('check').uses };
    expect(share(kind('backup'), checking)).toEqual([8, 4]);
    expect(share(kind('check'), other)).toEqual([8, 4]);
    expect(share(kind('check'))).toEqual([8, 8]);
    expect(share(kind('drill'))).toEqual([8, 6]);
    // So a backup that comes need not wait until it has ended.
    const has = { uploadBytesPerSecond: 8 * mebibyte, downloadBytesPerSecond: 6 * mebibyte };
    expect(share(kind('backup'), { ...other, uses: kind('drill').uses, has, isRestartable: false })).toEqual([8, 2]);
    const copy = { job: { kind: 'copy' }, from: { name: 'main' } } as RunPlan;
    expect([sharingIn(copy, 'main').uses, sharingIn(copy, 'there').uses]).toEqual([['downloadBytesPerSecond'], rates]);
  });

  test('nothing begins while others have all of it, and that is said; a person may say so all the same', () => {
    const all = { uploadBytesPerSecond: 10 * mebibyte };
    const other: Claim = { uses: rates, wants: {}, has: all, isRestartable: false, set: [] };
    const begin = (wish: ThrottleWish): Steering =>
      steer(freshMemory([{ policy }], 0), sightOf(clear, undefined, wish, [other]), 0);
    expect(begin(null)).toMatchObject({
      mustWait: true,
      because: ['throttle of the job', 'shared with 1 other run, and too little of it is left for now'],
    });
    expect(begin({ uploadBytesPerSecond: 1000 })).toMatchObject({
      mustWait: false,
      wanted: { uploadBytesPerSecond: 1000 },
    });
  });
});

describe('what is done about it', () => {
  test('nothing, as long as nothing changes', () => {
    const { actions, later } = steer(settled.memory, sightOf(clear, usual), minute);
    expect({ actions, later }).toEqual({ actions: [], later: [] });
  });

  test('priorities are changed in flight, transfer limits by another engine', () => {
    expect(steer(settled.memory, sightOf(['clear', 'holds', 'clear', 'clear'], usual), minute).actions).toEqual([
      'adjust',
    ]);
    expect(steer(settled.memory, sightOf(['clear', 'clear', 'clear', 'holds'], usual), minute).actions).toEqual([
      'restart',
    ]);
  });

  test('an engine that cannot be replaced keeps its transfer limits, and that is said', () => {
    const single = engineOf(usual.limits, 0, false);
    const { actions, later } = steer(settled.memory, sightOf(['clear', 'clear', 'clear', 'holds'], single), minute);
    expect(actions).toEqual([]);
    expect(later).toEqual(['other transfer limits count from its next engine on']);
  });

  test('looser transfer limits wait until a new start loses little, but for a person', () => {
    const night = (atMs: number, wish: ThrottleWish = null) =>
      steer(settled.memory, sightOf(['clear', 'clear', 'holds', 'clear'], usual, wish), atMs).actions;
    expect(night(minute)).toEqual([]);
    expect(night(11 * minute)).toEqual(['restart']);
    expect(night(minute, { uploadBytesPerSecond: 100 * mebibyte })).toEqual(['restart']);
  });

  test('what a person says of a rate holds also where it is little more than before', () => {
    const wish: ThrottleWish = { uploadBytesPerSecond: 12 * mebibyte };
    const asked = steer(settled.memory, sightOf(clear, usual, wish), minute);
    expect({ actions: asked.actions, later: asked.later }).toEqual({
      actions: ['restart'],
      later: ['its engine is ended for one with other transfer limits'],
    });
    const single = engineOf(usual.limits, 0, false);
    expect(steer(settled.memory, sightOf(clear, single, wish), minute).later).toEqual([
      'other transfer limits count from its next engine on',
    ]);
  });

  test('a person may also say how many files are read at a time; what policies say of it counts from the next engine on', () => {
    const wish: ThrottleWish = { readConcurrency: 4 };
    const asked = steer(settled.memory, sightOf(clear, usual, wish), minute);
    expect({ actions: asked.actions, later: asked.later }).toEqual({
      actions: ['restart'],
      later: ['its engine is ended for one that reads another number of files at a time'],
    });
    const next = engineOf({ ...usual.limits, readConcurrency: 4 });
    expect(steer(asked.memory, sightOf(clear, next, wish), 2 * minute).actions).toEqual([]);
    const single = engineOf(usual.limits, 0, false);
    expect(steer(settled.memory, sightOf(clear, single, wish), minute).later).toEqual([
      'another number of files at a time counts from its next engine on',
    ]);
    expect(steer(settled.memory, sightOf(clear, next), minute).actions).toEqual([]);
  });

  test('a pause that lasts is an engine that ended, or one that goes on for a while to refresh its lock', () => {
    for (const [isRestartable, expected] of [
      [true, 'restart'],
      [false, 'resume'],
    ] as const) {
      const engine = engineOf(usual.limits, 0, isRestartable);
      const metered = sightOf(['holds', 'clear', 'clear', 'clear'], engine);
      const paused = steer(settled.memory, metered, minute);
      expect(paused.actions).toEqual(['pause']);
      expect(steer(paused.memory, metered, minute + longestPauseMs - 1).actions).toEqual([]);
      expect(steer(paused.memory, metered, minute + longestPauseMs).actions).toEqual([expected]);
    }
  });

  test('a rule that was over only in appearance stays longer the next time', () => {
    const run = (verdict: SensorVerdict, memory: Memory, atMs: number) =>
      steer(memory, sightOf(['clear', verdict, 'clear', 'clear'], usual), atMs).memory;
    let memory = run('holds', settled.memory, 0);
    const idleAt = (atMs: number): boolean => {
      memory = run('clear', memory, atMs);
      return memory.limits.priority === 'idle';
    };
    expect(idleAt(0.9 * minute)).toBe(true);
    expect(idleAt(1.1 * minute)).toBe(false);
    memory = run('holds', memory, 2 * minute);
    expect(idleAt(3.9 * minute)).toBe(true);
    expect(idleAt(4.1 * minute)).toBe(false);
  });
});

/** What an engine went through, whatever the sensors said. */
interface Course {
  readonly changes: number[];
  readonly restarts: number[];
  readonly oddities: string[];
  readonly pauses: { readonly from: number; readonly to: number; readonly slack: number; readonly engine: number }[];
}

interface Tick {
  readonly afterMs: number;
  readonly verdicts: readonly SensorVerdict[];
}

function play(ticks: readonly Tick[], isRestartable: boolean): Course {
  const course: Course = { changes: [], restarts: [], oddities: [], pauses: [] };
  let memory = freshMemory([{ policy }], 0);
  let engine: SteeredEngine | undefined;
  let engines = 0;
  let pausedAt: number | undefined;
  let now = 0;
  const end = (slack: number): void => {
    if (pausedAt !== undefined) course.pauses.push({ from: pausedAt, to: now, slack, engine: engines });
    pausedAt = undefined;
  };
  for (const { afterMs, verdicts } of ticks) {
    now += afterMs;
    const { memory: next, actions, wanted } = steer(memory, sightOf(verdicts, engine), now);
    memory = next;
    if (engine === undefined && wanted.paused !== true) {
      engine = engineOf(wanted, now, isRestartable);
      engines += 1;
    }
    for (const action of actions) {
      if (action === 'pause' || action === 'adjust') course.changes.push(now);
      if (action === 'restart') course.restarts.push(now);
      if (action === 'pause') {
        course.oddities.push(...(pausedAt === undefined ? [] : [`paused twice at ${now}`]));
        pausedAt = now;
      } else if (action !== 'adjust') {
        course.oddities.push(
          ...(action === 'resume' && pausedAt === undefined ? [`resumed for nothing at ${now}`] : []),
        );
        end(afterMs);
        if (action === 'restart') engine = undefined;
      }
    }
    const isPaused = memory.pausedAtMs !== undefined && engine !== undefined;
    course.oddities.push(...(isPaused === (pausedAt !== undefined) ? [] : [`remembered wrongly at ${now}`]));
  }
  return course;
}

const verdict = fc.constantFrom<SensorVerdict>('holds', 'near', 'clear', 'unknown');
const ticks = fc.array(
  fc.record({
    afterMs: fc.oneof(fc.constant(2000), fc.integer({ min: 1, max: 90_000 })),
    verdicts: fc.tuple(verdict, verdict, verdict, verdict),
  }),
  { minLength: 50, maxLength: 400 },
);

/** Times between any two of which there are more than the bucket holds, and gains in between. */
const overBudget = (
  times: readonly number[],
  { burst, everyMs }: { burst: number; everyMs: number },
): readonly number[] =>
  times.filter((to, last) =>
    times.slice(0, last + 1).some((from, first) => last - first + 1 > burst + (to - from) / everyMs + 1e-6),
  );

describe('however sensors jump', () => {
  const options = { seed: 27, numRuns: 150 };

  test('changes and new starts stay within their budgets', () => {
    fc.assert(
      fc.property(ticks, fc.boolean(), (all, isRestartable) => {
        const { changes, restarts, oddities } = play(all, isRestartable);
        expect(oddities).toEqual([]);
        expect(overBudget(changes, changeRule)).toEqual([]);
        expect(overBudget(restarts, restartRule)).toEqual([]);
      }),
      options,
    );
  });

  test('no pause is too long for the lock, and between two there is time to refresh it', () => {
    fc.assert(
      fc.property(ticks, fc.boolean(), (all, isRestartable) => {
        const { pauses } = play(all, isRestartable);
        // Nobody looks in between.
        expect(pauses.filter(({ from, to, slack }) => to - from >= longestPauseMs + slack)).toEqual([]);
        const hasty = pauses.filter(({ from, engine }, index) => {
          const before = pauses[index - 1];
          return before?.engine === engine && from - before.to < breathMs;
        });
        expect(hasty).toEqual([]);
      }),
      options,
    );
  });

  test('sensors that hold for ever still pause an engine that cannot be replaced five minutes of six at most', () => {
    const metered: Tick = { afterMs: 2000, verdicts: ['holds', 'clear', 'clear', 'clear'] };
    const first: Tick = { afterMs: 0, verdicts: clear };
    const { pauses } = play([first, ...Array.from({ length: 1800 }, () => metered)], false);
    expect(pauses.length).toBeGreaterThanOrEqual(9);
    expect(pauses.length).toBeLessThanOrEqual(10);
  });
});
