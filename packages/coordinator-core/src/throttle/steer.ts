import type {
  DurationMs,
  EngineLimits,
  SensorReading,
  ThrottleLimits,
  ThrottlePolicy,
  ThrottleWish,
} from '@umbracore/contracts';
import { fullBucket, take, type Bucket, type BucketRule } from './bucket.ts';
import {
  differInFlight,
  limitsSaid,
  rates,
  ratesCompared,
  ratesSet,
  readsOtherwise,
  strictest,
  withWish,
  type Rate,
} from './limits.ts';
import { partOf, type Claim, type Part, type Sharing } from './parts.ts';
import { freshRule, nextRule, type RuleState } from './rule-state.ts';

/**
 * restic refreshes its lock every five minutes, gives it up after 22, and others take it for stale after 30. With a pause of five
 * minutes even one refresh may fail before the lock is in danger.
 */
export const longestPauseMs: DurationMs = 5 * 60_000;

/** Between two pauses the engine has so long to refresh its lock. */
export const breathMs: DurationMs = 60_000;

/** However sensors jump, no engine is bothered more often. */
export const changeRule: BucketRule = { burst: 4, everyMs: 60_000 };

/** A new start loses what is under way, so it is rare. */
export const restartRule: BucketRule = { burst: 2, everyMs: 15 * 60_000 };

/** restic writes its index down every ten minutes: what is stopped earlier sends everything again. */
const worthLooseningMs: DurationMs = 10 * 60_000;

/** One policy that counts for a run, with what its sensors say: for each rule, in its order, one reading for each of its sensors. */
export interface Heard {
  /** `job`, or `repository NAME`. */
  readonly who: string;
  readonly policy: ThrottlePolicy;
  readonly readings: readonly (readonly SensorReading[])[];
}

export interface Said extends Heard {
  /** Of other runs that share its transfer limits; undefined where they are the run's own. */
  readonly sharers: readonly Claim[] | undefined;
  readonly sharing: Sharing;
}

/** Everything that is decided upon. */
export interface Sight {
  readonly said: readonly Said[];
  /** What holds whatever the policies say. */
  readonly ceiling: EngineLimits;
  readonly wish: ThrottleWish;
  /** Undefined while none runs. */
  readonly engine: SteeredEngine | undefined;
}

export interface SteeredEngine {
  readonly limits: EngineLimits;
  readonly startedAtMs: number;
  /** It may be ended and started again with other limits. */
  readonly isRestartable: boolean;
}

/** What has to be known from one decision to the next. */
export interface Memory {
  readonly rules: readonly (readonly RuleState[])[];
  readonly changes: Bucket;
  readonly restarts: Bucket;
  /** What the engine is held to. */
  readonly limits: ThrottleLimits;
  readonly pausedAtMs: number | undefined;
  readonly resumedAtMs: number | undefined;
  readonly wish: ThrottleWish;
}

/** `restart` ends the engine for one with the new limits, or for none as long as these are to stand still. */
export type Action = 'pause' | 'resume' | 'adjust' | 'restart';

export interface Steering {
  readonly memory: Memory;
  readonly actions: readonly Action[];
  /** What is wanted; the engine is held to `memory.limits`. */
  readonly wanted: ThrottleLimits;
  /** Others have so much of what is shared that no engine may begin. */
  readonly mustWait: boolean;
  /** What would be wanted if nothing were shared. */
  readonly unshared: ThrottleLimits;
  readonly because: readonly string[];
  /** What is wanted and comes later, a sentence each. */
  readonly later: readonly string[];
}

export const freshMemory = (said: readonly Pick<Said, 'policy'>[], nowMs: number): Memory => ({
  rules: said.map(({ policy }) => policy.rules.map(() => freshRule(nowMs))),
  changes: fullBucket(changeRule, nowMs),
  restarts: fullBucket(restartRule, nowMs),
  limits: {},
  pausedAtMs: undefined,
  resumedAtMs: undefined,
  wish: null,
});

/** What is done with an engine now. Pure: times are monotonic. */
export function steer(before: Memory, sight: Sight, nowMs: number): Steering {
  const rules = sight.said.map(({ policy, readings }, index) =>
    policy.rules.map((_, rule) => {
      const state = before.rules[index]?.[rule] ?? freshRule(nowMs);
      return nextRule(state, readings[rule] ?? [], nowMs);
    }),
  );
  const judged = judge(sight, rules);
  const { wanted } = judged;
  const memory: Memory = { ...before, rules, wish: sight.wish };
  if (sight.engine === undefined) {
    const settled = { ...memory, limits: wanted, pausedAtMs: undefined, resumedAtMs: undefined };
    return { memory: settled, actions: [], ...judged, later: [] };
  }
  // A person's word is not weighed against a budget.
  const isAsked = JSON.stringify(sight.wish) !== JSON.stringify(before.wish);
  const decision = new Decision(memory, sight.engine, { wanted, isAsked, nowMs });
  decision.pauseOrResume();
  decision.adjust();
  decision.restart();
  return { memory: decision.memory, actions: decision.actions, ...judged, later: decision.later };
}

/** What takes another engine, in words. */
const saidOf = {
  rates: {
    now: 'its engine is ended for one with other transfer limits',
    later: 'other transfer limits take a new start of the engine, which comes later',
    next: 'other transfer limits count from its next engine on',
  },
  files: {
    now: 'its engine is ended for one that reads another number of files at a time',
    later: 'another number of files at a time takes a new start of the engine, which comes later',
    next: 'another number of files at a time counts from its next engine on',
  },
};

interface Wanted {
  readonly wanted: ThrottleLimits;
  readonly isAsked: boolean;
  readonly nowMs: number;
}

class Decision {
  memory: Memory;
  readonly actions: Action[] = [];
  readonly later: string[] = [];
  readonly #engine: SteeredEngine;
  readonly #wanted: ThrottleLimits;
  readonly #isAsked: boolean;
  readonly #nowMs: number;

  constructor(memory: Memory, engine: SteeredEngine, { wanted, isAsked, nowMs }: Wanted) {
    this.memory = memory;
    this.#engine = engine;
    this.#wanted = wanted;
    this.#isAsked = isAsked;
    this.#nowMs = nowMs;
  }

  pauseOrResume(): void {
    const { pausedAtMs } = this.memory;
    const wants = this.#wanted.paused === true;
    if (pausedAtMs === undefined) {
      if (wants) this.#pause();
      return;
    }
    if (!wants) return this.#resume();
    if (this.#nowMs - pausedAtMs < longestPauseMs) return;
    // Its lock must not grow old: it is ended cleanly, or gets time to refresh it.
    if (this.#engine.isRestartable && this.#takeRestart()) {
      this.actions.push('restart');
      return void this.later.push(
        'its engine is ended, so that its lock does not grow old, and another one begins later',
      );
    }
    this.#resume();
    this.later.push('it goes on for a minute, so that its lock does not grow old');
  }

  adjust(): void {
    if (this.actions.includes('restart') || !differInFlight(this.memory.limits, this.#wanted)) return;
    if (!this.#takeChange()) return void this.later.push('priorities change in a moment, for they changed just now');
    this.actions.push('adjust');
    const { priority, ioPriority, cpuShare } = this.#wanted;
    this.memory = { ...this.memory, limits: { ...this.memory.limits, priority, ioPriority, cpuShare } };
  }

  restart(): void {
    if (this.actions.includes('restart')) return;
    const { limits, startedAtMs, isRestartable } = this.#engine;
    const { wish } = this.memory;
    const rates = ratesCompared(limits, this.#wanted, wish);
    if (rates === 'same' && !readsOtherwise(limits, wish)) return;
    const said = rates === 'same' ? saidOf.files : saidOf.rates;
    if (!isRestartable) return void this.later.push(said.next);
    // What stands still transfers nothing; what it goes on with is decided then.
    if (this.memory.pausedAtMs !== undefined) return;
    const isSoon = rates === 'looser' && this.#nowMs - startedAtMs < worthLooseningMs && !this.#isAsked;
    if (isSoon || !this.#takeRestart()) return void this.later.push(said.later);
    this.actions.push('restart');
    this.later.push(said.now);
  }

  #pause(): void {
    const { resumedAtMs } = this.memory;
    if (resumedAtMs !== undefined && this.#nowMs - resumedAtMs < breathMs) {
      return void this.later.push('it stands still again as soon as it has refreshed its lock');
    }
    if (!this.#takeChange()) return void this.later.push('it stands still in a moment, for it was changed just now');
    this.actions.push('pause');
    this.memory = { ...this.memory, limits: { ...this.memory.limits, paused: true }, pausedAtMs: this.#nowMs };
  }

  #resume(): void {
    this.actions.push('resume');
    const limits = { ...this.memory.limits, paused: false };
    this.memory = { ...this.memory, limits, pausedAtMs: undefined, resumedAtMs: this.#nowMs };
  }

  #takeChange(): boolean {
    const changes = this.#isAsked ? this.memory.changes : take(changeRule, this.memory.changes, this.#nowMs);
    if (changes === undefined) return false;
    this.memory = { ...this.memory, changes };
    return true;
  }

  #takeRestart(): boolean {
    const restarts = this.#isAsked ? this.memory.restarts : take(restartRule, this.memory.restarts, this.#nowMs);
    if (restarts === undefined) return false;
    this.memory = { ...this.memory, restarts };
    return true;
  }
}

type Judgement = Pick<Steering, 'wanted' | 'mustWait' | 'unshared' | 'because'>;

/** What is wanted by all who have a say, and why. */
function judge({ said, ceiling, wish, engine }: Sight, rules: readonly (readonly RuleState[])[]): Judgement {
  const holds = (index: number): readonly boolean[] => rules[index]?.map((rule) => rule.holds) ?? [];
  const each = said.map((one, index) => ({ ...one, limits: limitsSaid(one.policy, holds(index)) }));
  const own = each.filter(({ sharers }) => sharers === undefined).map(({ limits }) => limits);
  const wants = withWish(strictest([ceiling, ...own]), wish);
  const claim: Claim = {
    uses: rates,
    wants,
    has: engine?.limits,
    isRestartable: engine?.isRestartable ?? false,
    set: ratesSet(wish),
  };
  const parts = each.map((one) => partsOf(one, claim));
  const mustWait = parts.map((all) => all.some(({ rate, part }) => part.mustWait && !claim.set.includes(rate)));
  const held = each.map(({ limits }, index) => ({
    ...limits,
    ...Object.fromEntries((parts[index] ?? []).map(({ rate, part }) => [rate, part.bytesPerSecond])),
  }));
  return {
    wanted: withWish(strictest([ceiling, ...held]), wish),
    mustWait: mustWait.includes(true),
    unshared: wants,
    because: [
      ...(wish === null ? [] : ['set for this run']),
      ...said.flatMap((one, index) => reasonsOf(one, holds(index), mustWait[index] === true)),
    ],
  };
}

function partsOf({ limits, sharers, sharing }: Said & { limits: ThrottleLimits }, own: Claim): readonly SharedRate[] {
  if (sharers === undefined) return [];
  return sharing.uses.flatMap((rate) => {
    const total = limits[rate];
    if (total === undefined) return [];
    const { bytesPerSecond, mustWait } = partOf(
      total,
      rate,
      own,
      sharers.filter(({ uses }) => uses.includes(rate)),
    );
    return [{ rate, part: { bytesPerSecond: Math.min(bytesPerSecond, total * sharing.most), mustWait } }];
  });
}

interface SharedRate {
  readonly rate: Rate;
  readonly part: Part;
}

function reasonsOf(
  { who, policy, readings, sharers = [] }: Said,
  holds: readonly boolean[],
  mustWait: boolean,
): readonly string[] {
  const others = `${sharers.length} other ${sharers.length === 1 ? 'run' : 'runs'}`;
  return [
    ...(Object.keys(policy.base).length === 0 ? [] : [`throttle of the ${who}`]),
    ...policy.rules.flatMap(({ all }, rule) =>
      holds[rule] === true
        ? [all.map(({ kind }, sensor) => `${kind}: ${readings[rule]?.[sensor]?.text ?? ''}`).join(' and ')]
        : [],
    ),
    ...(sharers.length === 0
      ? []
      : [`shared with ${others}${mustWait ? ', and too little of it is left for now' : ''}`]),
  ];
}
