import { UmbraError, type Sensor } from '@umbracore/contracts';
import { expect, test } from 'vitest';
import { runCases, sensorCases } from './index.ts';

/** Holds above a tide. */
const tide: Sensor = {
  kind: 'tideAbove',
  check(options) {
    if (typeof options === 'number') return;
    throw new UmbraError('config.invalid-value', 'tideAbove is no number', { hint: 'Write metres.' });
  },
  async sense(options) {
    return { verdict: typeof options === 'number' && options < 2 ? 'holds' : 'clear', text: 'tide at 2.0 m' };
  },
};

const outcome = async (beginning: string, sensor: Sensor) => {
  const cases = sensorCases.filter(({ name }) => name.startsWith(beginning));
  const [result] = await runCases(cases, {
    open: async () => ({
      sensor,
      refused: ['high', null],
      holds: { options: 1 },
      clear: { options: 3 },
      async [Symbol.asyncDispose]() {},
    }),
  });
  return result?.outcome;
};

test.each(sensorCases)('a good sensor: $name', async ({ name }) => {
  expect(await outcome(name, tide)).toBe('passed');
});

const refusing = (error: Error): Sensor => ({
  ...tide,
  check(options) {
    if (typeof options !== 'number') throw error;
  },
});
const always = (verdict: 'holds' | 'clear', text = 'tide'): Sensor => ({
  ...tide,
  sense: async () => ({ verdict, text }),
});
const faults: readonly (readonly [string, string, Sensor])[] = [
  ['takes everything', 'options that make no sense', { ...tide, check() {} }],
  ['throws what is no error of ours', 'options that make no sense', refusing(new TypeError('no'))],
  ['has another code', 'options that make no sense', refusing(new UmbraError('config.syntax', 'no', { hint: 'x' }))],
  ['has no hint', 'options that make no sense', refusing(new UmbraError('config.invalid-value', 'no'))],
  ['refuses everything', 'options that make sense', { ...tide, check: () => tide.check('high') }],
  ['is blind', 'what holds', always('clear')],
  ['cries wolf', 'what does not hold', always('holds')],
  ['says several lines', 'what holds', always('holds', 'tide\nhigh')],
  ['believes anything', 'options that were never checked', always('holds')],
];

test.each(faults)('a sensor that %s fails: %s …', async (_, beginning, faulty) => {
  expect(await outcome(beginning, faulty)).toBe('failed');
});

test('every case can fail', () => {
  const safe = sensorCases.filter(({ name }) => !faults.some(([, beginning]) => name.startsWith(beginning)));
  expect(safe).toEqual([]);
});
