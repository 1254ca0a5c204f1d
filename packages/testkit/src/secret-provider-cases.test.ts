import { Secret, type SecretProvider, UmbraError } from '@umbracore/contracts';
import { expect, test } from 'vitest';
import { runCases, secretProviderCases } from './index.ts';

const value = 'canary-7f3a';

function provider(
  overrides: Partial<{ found: string; code: 'internal'; message: string; hint: undefined }> = {},
): SecretProvider {
  const { found = value, code = 'secret.unavailable', message } = overrides;
  const hint = 'hint' in overrides ? undefined : 'Put it there.';
  return {
    scheme: 'test',
    async resolve({ target }) {
      if (target === 'present') return new Secret(found);
      throw new UmbraError(code, message ?? `test:${String(target)} is not there`, { hint });
    },
  };
}

const outcome = async (beginning: string, provider: SecretProvider) => {
  const cases = secretProviderCases.filter(({ name }) => name.startsWith(beginning));
  const [result] = await runCases(cases, {
    open: async () => ({
      provider,
      value,
      present: { scheme: 'test', target: 'present' },
      absent: { scheme: 'test', target: 'absent' },
      refused: { scheme: 'test', target: 'refused' },
      async [Symbol.asyncDispose]() {},
    }),
  });
  return result?.outcome;
};

test.each(secretProviderCases)('a good provider: $name', async ({ name }) => {
  expect(await outcome(name, provider())).toBe('passed');
});

const open = { scheme: 'test', resolve: async () => Object.assign(new Secret(value), { toString: () => value }) };

const faults: readonly (readonly [string, string, SecretProvider])[] = [
  ['keeps the line break', 'a reference of its scheme', provider({ found: `${value}\n` })],
  ['shows the value', 'the value does not show', open],
  ['finds what is absent', 'an absent secret', open],
  ['has another code', 'an absent secret', provider({ code: 'internal' })],
  ['does not name the reference', 'an absent secret', provider({ message: 'no' })],
  ['has no hint', 'an absent secret', provider({ hint: undefined })],
  ['tells the value', 'no error shows', provider({ message: `refused: ${value}` })],
];

test.each(faults)('a provider that %s fails: %s …', async (_, beginning, faulty) => {
  expect(await outcome(beginning, faulty)).toBe('failed');
});

test('every case can fail', () => {
  const safe = secretProviderCases.filter(({ name }) => !faults.some(([, beginning]) => name.startsWith(beginning)));
  expect(safe).toEqual([]);
});
