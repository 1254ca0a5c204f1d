import { UmbraError, type ConditionKind } from '@umbracore/contracts';
import { expect, test } from 'vitest';
import { conditionCases, FakeClock, runCases } from './index.ts';

const value = 'canary-93d1';

interface Weather {
  readonly sky: string;
}

/** The sky is as wanted; looking at a cloudy one never ends. */
const weather: ConditionKind = {
  kind: 'weather',
  check(options) {
    if (typeof (options as Partial<Weather> | null)?.sky === 'string') return;
    throw new UmbraError('config.invalid-value', 'weather is no map', { hint: 'write weather: { sky: blue }' });
  },
  async evaluate(options, signal) {
    const sky = (options as Partial<Weather> | null)?.sky;
    if (sky === 'cloudy' && !signal.aborted) {
      await new Promise((resolve) => signal.addEventListener('abort', resolve));
    }
    return { met: sky === 'blue' && !signal.aborted, text: 'the sky is blue' };
  },
};

const outcome = async (beginning: string, kind: ConditionKind) => {
  const cases = conditionCases.filter(({ name }) => name.startsWith(beginning));
  const clock = new FakeClock();
  const results = runCases(cases, {
    open: async () => ({
      kind,
      refused: ['blue', null, 7],
      met: { options: { sky: 'blue' } },
      unmet: { options: { sky: 'grey' } },
      endless: { options: { sky: 'cloudy' }, clock },
      secret: { options: { sky: value }, value },
      async [Symbol.asyncDispose]() {},
    }),
  });
  const ended = results.then(() => true);
  while (!(await Promise.race([ended, clock.advance(1000)]))) continue;
  return (await results)[0]?.outcome;
};

test.each(conditionCases)('a good kind: $name', async ({ name }) => {
  expect(await outcome(name, weather)).toBe('passed');
});

const refusing = (error: Error): ConditionKind => ({
  ...weather,
  check(options) {
    try {
      weather.check(options);
    } catch {
      throw error;
    }
  },
});

/** Answers as the good one does, but for a change. */
const answering = (
  change: (options: unknown, signal: AbortSignal) => { readonly met?: boolean; readonly text?: string },
): ConditionKind => ({
  ...weather,
  evaluate: async (options, signal) => ({ ...(await weather.evaluate(options, signal)), ...change(options, signal) }),
});

const isAsked = { ...weather, asked: false };
const once: ConditionKind = {
  ...isAsked,
  async evaluate(options, signal) {
    if (isAsked.asked) return { met: false, text: 'somebody is looking already' };
    isAsked.asked = true;
    await new Promise(setImmediate);
    isAsked.asked = false;
    return weather.evaluate(options, signal);
  },
};

const checks = { count: 0 };
const forgetful: ConditionKind = {
  ...weather,
  check(options) {
    weather.check(options);
    checks.count += 1;
    if (checks.count > 1) throw new UmbraError('config.duplicate', 'weather was checked before');
  },
};

const sky = (options: unknown) => (options as Partial<Weather> | null)?.sky;
const [refuses, takes, unchecked, met, unmet, many, unchanged, ends, aborted, secret] = [
  'options that make no sense',
  'options that make sense',
  'options that were never checked',
  'what holds',
  'what does not hold',
  'many may ask',
  'options are not changed',
  'it ends soon after its signal',
  'it ends soon when its signal had',
  'no text and no error',
] as const;

const faults: readonly (readonly [string, string, ConditionKind])[] = [
  ['takes everything', refuses, { ...weather, check() {} }],
  ['throws what is no error of ours', refuses, refusing(new TypeError('weather is null'))],
  ['has another code', refuses, refusing(new UmbraError('config.syntax', 'weather', { hint: 'write' }))],
  ['has no hint', refuses, refusing(new UmbraError('config.invalid-value', 'weather'))],
  ['does not say who it is', refuses, refusing(new UmbraError('config.invalid-value', 'no', { hint: 'write' }))],
  ['refuses everything', takes, { ...weather, check: () => weather.check(7) }],
  ['refuses what it took before', takes, forgetful],
  [
    'fails with options that it would refuse',
    unchecked,
    { ...weather, evaluate: async (options, signal) => (weather.check(options), weather.evaluate(options, signal)) },
  ],
  ['is met with options that it would refuse', unchecked, answering((options) => ({ met: sky(options) !== 'grey' }))],
  ['is never met', met, answering(() => ({ met: false }))],
  ['is met when it should not be', unmet, answering(() => ({ met: true }))],
  ['says nothing', met, answering(() => ({ text: ' ' }))],
  ['says too much', unmet, answering(() => ({ text: 'grey'.repeat(100) }))],
  ['colours what it says', met, answering(() => ({ text: '\u{1B}[31mblue' }))],
  ['says several lines', unmet, answering(() => ({ text: 'the sky\nis grey' }))],
  ['serves one at a time', many, once],
  [
    'changes its options',
    unchanged,
    {
      ...weather,
      check(options) {
        weather.check(options);
        Object.assign(options as object, { seen: true });
      },
    },
  ],
  [
    'ignores its signal',
    ends,
    { ...weather, evaluate: (options) => weather.evaluate(options, new AbortController().signal) },
  ],
  ['is met because it was cancelled', ends, answering((_, signal) => ({ met: signal.aborted }))],
  [
    'waits for a signal that aborted before',
    aborted,
    {
      ...weather,
      evaluate: async (_, signal) => {
        await new Promise((resolve) => signal.addEventListener('abort', resolve));
        return { met: false, text: 'grey' };
      },
    },
  ],
  ['says the secret', secret, answering((options) => ({ text: `the sky is not ${sky(options)}` }))],
  [
    'refuses with the secret',
    secret,
    { ...weather, check: (options) => refusing(new UmbraError('config.invalid-value', `${sky(options)}`)).check(7) },
  ],
];

test.each(faults)('a kind that %s fails: %s …', async (_, beginning, faulty) => {
  expect(await outcome(beginning, faulty)).toBe('failed');
});

test('every case can fail', () => {
  const safe = conditionCases.filter(({ name }) => !faults.some(([, beginning]) => name.startsWith(beginning)));
  expect(safe).toEqual([]);
});
