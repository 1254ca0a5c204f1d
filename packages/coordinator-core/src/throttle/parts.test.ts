import type { EngineLimits, ThrottlePolicy, ThrottleWish } from '@umbracore/contracts';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fairShares } from './fair-shares.ts';
import { rates, ratesSet } from './limits.ts';
import { partOf, type Claim } from './parts.ts';
import { freshMemory, restartRule, steer, type Memory, type SteeredEngine, type Steering } from './steer.ts';

const kibibyte = 1024;
const minute = 60_000;
const up = (kibibytes: number | undefined): EngineLimits =>
  kibibytes === undefined ? {} : { uploadBytesPerSecond: kibibytes * kibibyte };
const claim = (has: number | undefined, rest: Partial<Claim> = {}): Claim => ({
  uses: rates,
  wants: {},
  has: has === undefined ? undefined : up(has),
  isRestartable: true,
  set: [],
  ...rest,
});

describe('the part of who begins', () => {
  const newcomer = claim(undefined);
  test.each<[string, readonly Claim[], number | 'waits']>([
    ['half, if the other waits too', [newcomer], 50],
    ['nothing, while the other has all', [claim(100)], 'waits'],
    ['what is left, if it is most of a part', [claim(60)], 40],
    ['not a little, while the other is about to give it back', [claim(80)], 'waits'],
    ['also a little, if nobody gives it back', [claim(80, { isRestartable: false })], 20],
    ['not next to nothing', [claim(96, { isRestartable: false })], 'waits'],
    ['nothing, while one without a limit works', [{ ...newcomer, has: {} }], 'waits'],
    ['half, whatever a person has set for the other', [claim(5000, { set: ['uploadBytesPerSecond'] })], 50],
    ['all that the other cannot use', [claim(10, { wants: up(10) })], 90],
  ])('%s', (_, others, expected) => {
    const { bytesPerSecond, mustWait } = partOf(100 * kibibyte, 'uploadBytesPerSecond', newcomer, others);
    expect(mustWait ? 'waits' : bytesPerSecond / kibibyte).toBe(expected);
  });

  test('who works keeps what is above its part in no case, and is given more only where it is there', () => {
    const part = (own: Claim, other: Claim): number =>
      partOf(100 * kibibyte, 'uploadBytesPerSecond', own, [other]).bytesPerSecond / kibibyte;
    expect(part(claim(80), claim(undefined))).toBe(50);
    expect(part(claim(20), claim(80))).toBe(20);
    expect(part(claim(20), claim(30))).toBe(50);
  });

  test('of less than an engine can count, one gets all and the others wait', () => {
    const part = (others: readonly Claim[]): unknown => partOf(500, 'uploadBytesPerSecond', newcomer, others);
    expect(part([newcomer])).toEqual({ bytesPerSecond: 500, mustWait: false });
    expect(part([{ ...newcomer, has: { uploadBytesPerSecond: 500 } }])).toMatchObject({ mustWait: true });
  });
});

/** What a repository allows, and less while something holds. */
const total = 1000 * kibibyte;
const less = 300 * kibibyte;
const policy: ThrottlePolicy = {
  base: { uploadBytesPerSecond: total },
  rules: [{ all: [{ kind: 'busy', options: 1 }], words: { uploadBytesPerSecond: less } }],
  zone: 'UTC',
};

/** One of those who share it, with what it has come to. */
class Sharer {
  readonly plan: Plan;
  readonly restarts: number[] = [];
  memory: Memory = freshMemory([{ policy }], 0);
  engine: SteeredEngine | undefined;
  #isEnding = false;
  #last: Steering | undefined;

  constructor(plan: Plan) {
    this.plan = plan;
  }

  get wish(): ThrottleWish {
    return this.plan.wish === undefined ? null : up(this.plan.wish);
  }

  isThere(nowMs: number): boolean {
    return nowMs >= this.plan.fromMs && nowMs < this.plan.fromMs + this.plan.forMs;
  }

  get waits(): boolean {
    return this.engine === undefined;
  }

  claim(): Claim {
    const { isRestartable, ceiling } = this.plan;
    return {
      uses: rates,
      wants: this.#last?.unshared ?? up(ceiling),
      has: this.engine?.limits,
      isRestartable: isRestartable && this.engine !== undefined,
      set: ratesSet(this.wish),
    };
  }

  /** True if an engine has begun. */
  look(others: readonly Sharer[], isBusy: boolean, nowMs: number): boolean {
    if (this.#isEnding) this.engine = undefined;
    this.#isEnding = false;
    const reading = { verdict: isBusy ? 'holds' : 'clear', text: '' } as const;
    const sharers = others.map((one) => one.claim());
    const sharing = { uses: rates, most: 1 };
    const said = [{ who: 'repository main', policy, readings: [[reading]], sharers, sharing }];
    const sight = { said, ceiling: up(this.plan.ceiling), wish: this.wish, engine: this.engine };
    this.#last = steer(this.memory, sight, nowMs);
    const { memory, actions, wanted, mustWait } = this.#last;
    this.memory = memory;
    if (actions.includes('restart')) {
      this.restarts.push(nowMs);
      this.#isEnding = true;
    }
    if (this.engine !== undefined || mustWait) return false;
    this.engine = { limits: wanted, startedAtMs: nowMs, isRestartable: this.plan.isRestartable };
    return true;
  }
}

interface Plan {
  readonly fromMs: number;
  readonly forMs: number;
  readonly isRestartable: boolean;
  readonly ceiling: number | undefined;
  readonly wish: number | undefined;
}

/** Rules are the same for all, as one coordinator has them. */
function play(plans: readonly Plan[], { untilMs, stepMs, isBusy }: Course, look: (seen: Seen) => void): void {
  const all = plans.map((plan) => new Sharer(plan));
  let rules: Memory['rules'] = freshMemory([{ policy }], 0).rules;
  for (let nowMs = 0; nowMs < untilMs; nowMs += stepMs) {
    const there = all.filter((one) => one.isThere(nowMs));
    for (const one of there) {
      one.memory = { ...one.memory, rules };
      const hasBegun = one.look(
        there.filter((other) => other !== one),
        isBusy(nowMs),
        nowMs,
      );
      ({ rules } = one.memory);
      look({ nowMs, there, begun: hasBegun ? one : undefined, allowed: rules[0]?.[0]?.holds === true ? less : total });
    }
  }
}

interface Course {
  readonly untilMs: number;
  readonly stepMs: number;
  readonly isBusy: (nowMs: number) => boolean;
}

interface Seen {
  readonly nowMs: number;
  readonly there: readonly Sharer[];
  readonly begun: Sharer | undefined;
  readonly allowed: number;
}

const given = (all: readonly Sharer[]): number =>
  all.reduce((sum, { engine, wish }) => {
    const has = engine?.limits.uploadBytesPerSecond ?? 0;
    return sum + (wish === null ? has : 0);
  }, 0);

const planned = (isRestartable: fc.Arbitrary<boolean>, wish: fc.Arbitrary<number | undefined>): fc.Arbitrary<Plan> =>
  fc.record({
    fromMs: fc.integer({ min: 0, max: 30 * minute }),
    forMs: fc.integer({ min: minute, max: 50 * minute }),
    isRestartable,
    ceiling: fc.option(fc.integer({ min: 10, max: 2000 }), { nil: undefined }),
    wish,
  });
const some = (plan: fc.Arbitrary<Plan>): fc.Arbitrary<readonly Plan[]> =>
  fc.array(plan, { minLength: 2, maxLength: 5 });
const wishes = fc.oneof({ weight: 4, arbitrary: fc.constant(undefined) }, fc.integer({ min: 10, max: 2000 }));

describe('whoever comes and goes', () => {
  const options = { seed: 27, numRuns: 30 };

  test('what is given out never comes to more than there is to share, and is used', () => {
    fc.assert(
      fc.property(some(planned(fc.boolean(), wishes)), fc.integer({ min: 1, max: 20 }), (plans, busyMinutes) => {
        const isBusy = (nowMs: number): boolean => Math.floor(nowMs / minute / busyMinutes) % 2 === 1;
        let before = 0;
        play(plans, { untilMs: 60 * minute, stepMs: 10_000, isBusy }, ({ there, begun, allowed }) => {
          const sum = given(there);
          // What works when a rule takes something away is replaced within its budget; nothing is added until then.
          const mayBeMore = begun?.wish !== null && sum <= before;
          expect(mayBeMore ? 0 : sum).toBeLessThanOrEqual(allowed);
          expect(there.length === 1 && there[0]?.waits).toBe(false);
          before = sum;
        });
      }),
      options,
    );
  });

  test('once nobody comes or goes any more all have their part within the hour, and keep it', () => {
    fc.assert(
      fc.property(some(planned(fc.constant(true), fc.constant(undefined))), (plans) => {
        const staying = plans.map((plan, index) => (index < 2 ? { ...plan, forMs: Infinity } : plan));
        const untilMs = 120 * minute;
        play(staying, { untilMs, stepMs: 30_000, isBusy: () => false }, ({ nowMs, there }) => {
          if (nowMs < untilMs - 30 * minute) return;
          const shares = fairShares(
            total,
            there.map(({ plan }) => plan.ceiling && plan.ceiling * kibibyte),
          );
          for (const [index, { engine, restarts }] of there.entries()) {
            const has = engine?.limits.uploadBytesPerSecond ?? 0;
            // Less than twice as much is not worth another engine.
            expect(has).toBeGreaterThan((shares[index] ?? 0) / 2 - 1);
            expect(has).toBeLessThanOrEqual(shares[index] ?? 0);
            expect(restarts.filter((at) => at > untilMs - 30 * minute)).toEqual([]);
            expect(restarts.length).toBeLessThanOrEqual(restartRule.burst + untilMs / restartRule.everyMs);
          }
        });
      }),
      options,
    );
  });
});
