import { UmbraError, type ConditionKind } from '@umbracore/contracts';
import { FakeClock } from '@umbracore/testkit';
import { describe, expect, it } from 'vitest';
import { conditionsOf } from './conditions.ts';

const kind = (name: string, evaluate: ConditionKind['evaluate'] = async () => ({ met: true, text: 'fine' })) => ({
  kind: name,
  check() {},
  evaluate,
});

interface Look {
  readonly promise: Promise<{ met: boolean; text: string }>;
  resolve(seen: { met: boolean; text: string }): void;
}

function aLook(): Look {
  let resolve: Look['resolve'] = () => {};
  return { promise: new Promise((settle) => (resolve = settle)), resolve: (seen) => resolve(seen) };
}

const never = () => new Promise<never>(() => {});

function composed(clock: FakeClock, ...kinds: readonly ConditionKind[]) {
  return conditionsOf(new Map(kinds.map((one) => [one.kind, one])), clock);
}

const rule = (name: string, options?: unknown) => ({ kind: name, options });

describe('evaluate', () => {
  it('answers in the order of the rules', async () => {
    const slow = kind('slow', async () => new Promise((resolve) => setImmediate(resolve, { met: true, text: 'late' })));
    const rules = [rule('slow'), rule('fast', 1)];
    expect(await composed(new FakeClock(), kind('fast'), slow).evaluate(rules)).toEqual([
      { rule: rules[0], met: true, text: 'late' },
      { rule: rules[1], met: true, text: 'fine' },
    ]);
  });

  it.each([
    ['rejects', async () => Promise.reject(new Error('no\n luck'))],
    [
      'throws',
      () => {
        throw new UmbraError('secret.unavailable', 'no luck');
      },
    ],
  ])('takes a kind that %s for not met', async (_, evaluate) => {
    const [state] = await composed(new FakeClock(), kind('odd', evaluate)).evaluate([rule('odd')]);
    expect(state).toMatchObject({ met: false, text: 'could not be looked at: no luck' });
  });

  it.each([[undefined], [null], [{}], [{ met: 'yes', text: ['a'] }], [{ met: 1, text: 'x'.repeat(5000) }]])(
    'takes the answer %j for not met',
    async (answer) => {
      const odd = kind('odd', async () => answer as never);
      const [state] = await composed(new FakeClock(), odd).evaluate([rule('odd')]);
      expect(state?.met).toBe(false);
      expect(state?.text.length).toBeLessThan(400);
    },
  );

  it('takes a kind that nobody brings for not met', async () => {
    expect(await composed(new FakeClock()).evaluate([rule('moon')])).toMatchObject([
      { met: false, text: 'no plug-in brings the condition moon' },
    ]);
  });

  it('looks with options that are no JSON', async () => {
    const circle: { self?: unknown } = {};
    circle.self = circle;
    expect(await composed(new FakeClock(), kind('fast')).evaluate([rule('fast', circle)])).toMatchObject([
      { met: true },
    ]);
  });

  it('gives a kind that hangs 15 seconds, tells it, and leaves the others alone', async () => {
    const clock = new FakeClock();
    let told: unknown;
    const hanging = kind('hanging', (_, signal) => {
      signal.addEventListener('abort', () => (told = signal.reason));
      return never();
    });
    const states = composed(clock, hanging, kind('fast')).evaluate([rule('hanging'), rule('fast')]);
    await clock.advance(14_999);
    expect(told).toBeUndefined();
    await clock.advance(1);
    expect(told).toMatchObject({ code: 'run.deadline' });
    expect(await states).toMatchObject([{ met: false, text: 'there was no answer within 15 s' }, { met: true }]);
    expect(clock.sleeping).toBe(0);
  });

  it('does not begin again what still hangs, and looks anew once it has come back', async () => {
    const clock = new FakeClock();
    const looks: Look[] = [];
    const hanging = kind('hanging', () => {
      const look = aLook();
      looks.push(look);
      return look.promise;
    });
    const conditions = composed(clock, hanging);
    const first = conditions.evaluate([rule('hanging')]);
    await clock.advance(15_000);
    expect(await first).toMatchObject([{ met: false }]);
    expect(await conditions.evaluate([rule('hanging')])).toMatchObject([{ met: false }]);
    expect(looks).toHaveLength(1);
    looks[0]?.resolve({ met: true, text: 'late' });
    await clock.advance(0);
    const again = conditions.evaluate([rule('hanging')]);
    looks[1]?.resolve({ met: true, text: 'now' });
    expect(await again).toMatchObject([{ met: true, text: 'now' }]);
  });

  it('asks once for all who ask the same at the same time, and again for those who ask later', async () => {
    let asked = 0;
    const counting = kind('counting', async () => ({ met: true, text: `${(asked += 1)}` }));
    const conditions = composed(new FakeClock(), counting);
    const same = Array.from({ length: 9 }, () => conditions.evaluate([rule('counting', { a: 1 })]));
    const other = conditions.evaluate([rule('counting', { a: 2 })]);
    expect(new Set((await Promise.all(same)).map(([state]) => state?.text))).toEqual(new Set(['1']));
    expect(await other).toMatchObject([{ text: '2' }]);
    expect(await conditions.evaluate([rule('counting', { a: 1 })])).toMatchObject([{ text: '3' }]);
  });

  it('lets one who cancels go, and answers the others', async () => {
    const clock = new FakeClock();
    const look = aLook();
    const conditions = composed(
      clock,
      kind('slow', () => look.promise),
    );
    const impatient = new AbortController();
    const gone = conditions.evaluate([rule('slow')], impatient.signal);
    const patient = conditions.evaluate([rule('slow')], new AbortController().signal);
    impatient.abort();
    expect(await gone).toMatchObject([{ met: false, text: 'not looked at: cancelled' }]);
    expect(await conditions.evaluate([rule('slow')], AbortSignal.abort())).toMatchObject([{ met: false }]);
    look.resolve({ met: true, text: 'here' });
    expect(await patient).toMatchObject([{ met: true, text: 'here' }]);
  });
});

describe('check', () => {
  const strict: ConditionKind = {
    ...kind('power'),
    check(options) {
      if (options === 'ac') return;
      if (options === 'bug') throw new TypeError('options is null');
      throw new UmbraError('config.invalid-value', 'power has no such value', { hint: 'write ac or battery' });
    },
  };
  const conditions = composed(new FakeClock(), strict, kind('mounted'));

  it('lets options pass that the kind takes', () => {
    expect(() => conditions.check(rule('power', 'ac'))).not.toThrow();
    expect(conditions.kinds()).toEqual(['power', 'mounted']);
  });

  it.each([
    ['powr', 'config.unknown-reference', 'did you mean "power"?'],
    ['moon', 'config.unknown-reference', 'use one of: power, mounted'],
  ])('refuses the kind %s', (name, code, hint) => {
    expect(() => conditions.check(rule(name))).toThrow(expect.objectContaining({ code, hint }));
  });

  it.each([
    ['wind', 'power has no such value'],
    ['bug', 'power: TypeError: options is null'],
  ])('refuses the options %s with a hint', (options, message) => {
    expect(() => conditions.check(rule('power', options))).toThrow(
      expect.objectContaining({ code: 'config.invalid-value', message, hint: expect.any(String) as string }),
    );
  });
});
