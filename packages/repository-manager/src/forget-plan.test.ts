import {
  baseTag,
  jobTag,
  pinTag,
  pinTags,
  type ForgetPlan,
  type RetentionPolicy,
  type Snapshot,
} from '@umbracore/contracts';
import { aPolicy, aSnapshot } from '@umbracore/testkit';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { times } from '../../../tools/vitest/evidence.ts';
import { planForget } from './forget-plan.ts';

const now = Date.UTC(2026, 2, 1);
const hour = 3_600_000;
const day = 24 * hour;

let made = 0;
const snapshotAt = (time: number, job = 'documents', tags: readonly string[] = []): Snapshot =>
  aSnapshot({ id: `${(made += 1)}`.padStart(64, '0'), time, tags: [jobTag(job), ...tags] });

const at = (text: string, ...rest: [string?, string[]?]): Snapshot => snapshotAt(Date.parse(text), ...rest);

const kept = (plan: ForgetPlan): readonly string[] =>
  plan.filter(({ keep }) => keep).map(({ time }) => new Date(time).toISOString().slice(0, 16));

const reasonsOf = (plan: ForgetPlan): readonly (readonly string[])[] => plan.map(({ reasons }) => reasons);

describe('a rule', () => {
  test('of numbers keeps the newest', () => {
    const plan = planForget(
      [1, 2, 3].map((ago) => snapshotAt(now - ago * day)),
      aPolicy({ last: 2 }),
      now,
    );
    expect(reasonsOf(plan)).toEqual([
      ['no rule keeps it'],
      ['last snapshot 2 of 2'],
      ['last snapshot 1 of 2', 'one of the 1 that always stay'],
    ]);
  });

  test('of days keeps the newest of each day that has one, and the oldest while it has not found all', () => {
    const times = ['2026-01-01T10:00', '2026-01-01T12:00', '2026-01-03T01:00', '2026-01-03T02:00'];
    const history = times.map((time) => at(`${time}Z`));
    expect(kept(planForget(history, aPolicy({ daily: 2 }), now))).toEqual([times[1], times[3]]);
    const plan = planForget(history, aPolicy({ daily: 7 }), now);
    expect(kept(plan)).toEqual([times[0], times[1], times[3]]);
    expect(plan[0]?.reasons).toEqual(['daily snapshot 3 of 7, as the oldest one']);
  });

  test('of weeks goes by ISO weeks, which may begin in another year', () => {
    const history = [
      at('2024-12-29T12:00Z'),
      at('2024-12-30T12:00Z'),
      at('2025-01-05T12:00Z'),
      at('2025-01-06T12:00Z'),
    ];
    expect(kept(planForget(history, aPolicy({ weekly: 3 }), now))).toEqual([
      '2024-12-29T12:00',
      '2025-01-05T12:00',
      '2025-01-06T12:00',
    ]);
  });

  test('of days goes by the calendar of its zone', () => {
    const history = [at('2026-01-05T22:00Z'), at('2026-01-05T23:30Z'), at('2026-01-06T12:00Z')];
    expect(kept(planForget(history, aPolicy({ daily: 2, zone: 'Europe/Berlin' }), now))).toEqual([
      '2026-01-05T22:00',
      '2026-01-06T12:00',
    ]);
  });

  test('of a length counts from the newest snapshot, not from now', () => {
    const history = [at('2020-01-01T00:00Z'), at('2020-01-01T00:01Z'), at('2020-01-03T00:00Z')];
    const plan = planForget(history, aPolicy({ withinMs: 2 * day }), now);
    expect(kept(plan)).toEqual(['2020-01-01T00:01', '2020-01-03T00:00']);
    expect(plan[1]?.reasons).toEqual(['within 2 days of the newest']);
  });

  test('of tags keeps whatever carries one', () => {
    const history = [at('2020-01-01T00:00Z', 'documents', ['keep']), at('2020-01-02T00:00Z'), at('2020-01-03T00:00Z')];
    const plan = planForget(history, aPolicy({ tags: ['keep'] }), now);
    expect(reasonsOf(plan)).toEqual([['tagged keep'], ['no rule keeps it'], ['one of the 1 that always stay']]);
  });
});

test('a pinned snapshot stays, whatever rules there are', () => {
  const history = [at('2020-01-01T00:00Z', 'documents', [...pinTags('the tax year')]), at('2020-01-02T00:00Z')];
  expect(reasonsOf(planForget(history, aPolicy({ last: 1 }), now))).toEqual([
    ['pinned'],
    ['last snapshot 1 of 1', 'one of the 1 that always stay'],
  ]);
});

test('the base that the newest snapshot was compared with stays, and no other one', () => {
  const [old, base, later] = [5, 3, 2].map((ago) => snapshotAt(now - ago * day, 'documents', ago > 2 ? [baseTag] : []));
  const newest = { ...snapshotAt(now - day), parent: base?.id };
  const all = [old, base, later].filter((each) => each !== undefined);
  const reasons = ['differential runs are compared with it'];
  expect(planForget([...all, newest], aPolicy({ last: 1 }), now).map(({ keep }) => keep)).toEqual([
    false,
    true,
    false,
    true,
  ]);
  expect(planForget([...all, newest], aPolicy({ last: 1 }), now)[1]?.reasons).toEqual(reasons);
  const incremental = { ...newest, parent: later?.id };
  expect(kept(planForget([...all, incremental], aPolicy({ last: 1 }), now))).toHaveLength(1);
});

test('the minimum stays whatever the rules say', () => {
  const history = [1, 2, 3, 4].map((ago) => snapshotAt(now - ago * hour));
  expect(planForget(history, aPolicy({ daily: 1, minimum: 3 }), now).map(({ keep }) => keep)).toEqual([
    false,
    true,
    true,
    true,
  ]);
});

test('a policy without rules keeps everything', () => {
  const plan = planForget(
    [1, 2].map((ago) => snapshotAt(now - ago * day)),
    aPolicy(),
    now,
  );
  expect(reasonsOf(plan)).toEqual([['the policy has no rules'], ['the policy has no rules']]);
});

test('a snapshot from the future stays and pushes nothing out', () => {
  const future = snapshotAt(now + 2 * hour);
  const history = [snapshotAt(now - 2 * day), snapshotAt(now - day)];
  const plan = planForget([...history, future], aPolicy({ last: 1 }), now);
  expect(plan.map(({ keep }) => keep)).toEqual([false, true, true]);
  expect(plan[2]?.reasons).toEqual(['dated in the future, so no rule counts it']);
});

const anyTag = fc.constantFrom('a', 'b', 'c');
const anyHistory = fc.array(
  fc.record({
    ago: fc.oneof(fc.integer({ min: 0, max: 200 * 24 }), fc.integer({ min: 0, max: 3000 * 24 })),
    job: fc.constantFrom('music', 'letters', 'photos'),
    tag: fc.option(anyTag),
  }),
  { maxLength: 60 },
);
const historyOf = (items: readonly { ago: number; job: string; tag: string | null }[]): readonly Snapshot[] =>
  items.map(({ ago, job, tag }) => snapshotAt(now - ago * hour, job, tag === null ? [] : [tag]));

const count = fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 12 }));
const anyPolicy: fc.Arbitrary<RetentionPolicy> = fc.record({
  last: count,
  hourly: count,
  daily: count,
  weekly: count,
  monthly: count,
  yearly: count,
  withinMs: fc.option(
    fc.integer({ min: 0, max: 500 }).map((hours) => hours * hour),
    { nil: undefined },
  ),
  tags: fc.uniqueArray(anyTag),
  minimum: fc.integer({ min: 1, max: 5 }),
  zone: fc.constantFrom('UTC', 'Europe/Berlin', 'Australia/Lord_Howe', 'America/New_York'),
});

const keptIn = (plan: ForgetPlan): ReadonlySet<string> =>
  new Set(plan.filter(({ keep }) => keep).map(({ snapshot }) => snapshot));

const runs = { numRuns: times(400) };

describe('for any history and policy', () => {
  const property = (check: (history: readonly Snapshot[], policy: RetentionPolicy) => void): void =>
    fc.assert(
      fc.property(anyHistory, anyPolicy, (items, policy) => check(historyOf(items), policy)),
      runs,
    );

  test('everything of ours is decided about once, oldest first, with a reason', () => {
    property((history, policy) => {
      const plan = planForget([...history, aSnapshot({ tags: ['foreign'] })], policy, now);
      expect(new Set(plan.map(({ snapshot }) => snapshot))).toEqual(new Set(history.map(({ id }) => id)));
      expect(plan).toHaveLength(history.length);
      expect(plan.map(({ time }) => time)).toEqual(plan.map(({ time }) => time).toSorted((a, b) => a - b));
      expect(plan.every(({ reasons }) => reasons.length > 0)).toBe(true);
    });
  });

  test('what stays is not removed by the same policy later', () => {
    property((history, policy) => {
      const stays = keptIn(planForget(history, policy, now));
      const again = planForget(
        history.filter(({ id }) => stays.has(id)),
        policy,
        now,
      );
      expect(again.filter(({ keep }) => !keep)).toEqual([]);
    });
  });

  test('the order of the list does not matter', () => {
    property((history, policy) => {
      expect(planForget(history.toReversed(), policy, now)).toEqual(planForget(history, policy, now));
    });
  });

  test('each job is planned as if it were alone', () => {
    property((history, policy) => {
      const plan = planForget(history, policy, now);
      for (const job of ['music', 'letters', 'photos']) {
        const alone = planForget(
          history.filter(({ tags }) => tags[0] === jobTag(job)),
          policy,
          now,
        );
        expect(plan.filter((decision) => decision.job === job)).toEqual(alone);
      }
    });
  });

  test('the newest snapshots of each job stay, as many as the minimum says', () => {
    property((history, policy) => {
      const plan = planForget(history, policy, now);
      for (const job of new Set(plan.map((decision) => decision.job))) {
        const newest = plan.filter((decision) => decision.job === job).slice(-policy.minimum);
        expect(newest.every(({ keep }) => keep)).toBe(true);
      }
    });
  });

  test('what is pinned stays, and takes nobody else with it', () => {
    fc.assert(
      fc.property(anyHistory, anyPolicy, fc.array(fc.nat(100)), (items, policy, places) => {
        const rules = { ...policy, last: Math.max(1, policy.last) };
        const history = historyOf(items);
        const pinned = new Set(places.flatMap((place) => history[place]?.id ?? []));
        const some = history.map((snapshot) =>
          pinned.has(snapshot.id) ? { ...snapshot, tags: [...snapshot.tags, pinTag] } : snapshot,
        );
        const [before, after] = [keptIn(planForget(history, rules, now)), keptIn(planForget(some, rules, now))];
        expect(after).toEqual(new Set([...before, ...pinned]));
      }),
      runs,
    );
  });

  test('snapshots from the future push nothing out', () => {
    fc.assert(
      fc.property(anyHistory, anyPolicy, fc.array(fc.integer({ min: 2, max: 9000 })), (items, policy, hours) => {
        const history = historyOf(items);
        const future = hours.map((ahead) => snapshotAt(now + ahead * hour, 'music'));
        const [before, after] = [planForget(history, policy, now), planForget([...history, ...future], policy, now)];
        const all = new Set([...keptIn(before), ...future.map(({ id }) => id)]);
        expect(keptIn(after)).toEqual(all);
      }),
      runs,
    );
  });

  test('more rules never remove more', () => {
    const more = fc.record({
      rule: fc.constantFrom('last', 'hourly', 'daily', 'weekly', 'monthly', 'yearly', 'minimum'),
      by: fc.integer({ min: 0, max: 5 }),
      longerMs: fc.integer({ min: 0, max: 100 * day }),
      tag: anyTag,
    } as const);
    fc.assert(
      fc.property(anyHistory, anyPolicy, more, (items, policy, { rule, by, longerMs, tag }) => {
        const rules = { ...policy, last: Math.max(1, policy.last) };
        const history = historyOf(items);
        const wider = {
          ...rules,
          [rule]: rules[rule] + by,
          withinMs: (rules.withinMs ?? 0) + longerMs,
          tags: [...rules.tags, tag],
        };
        const before = keptIn(planForget(history, rules, now));
        const after = keptIn(planForget(history, wider, now));
        expect([...before].filter((id) => !after.has(id))).toEqual([]);
      }),
      runs,
    );
  });
});
