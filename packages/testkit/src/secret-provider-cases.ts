import { isUmbraError, type SecretProvider, type SecretReference } from '@umbracore/contracts';
import { doesNotMatch, equal, ok } from 'node:assert/strict';
import { inspect } from 'node:util';
import type { ContractCase } from './contract-case.ts';

/** One secret provider under test, and what it can find. */
export interface SecretProviderSubject extends AsyncDisposable {
  readonly provider: SecretProvider;
  /** Leads to `value`. */
  readonly present: SecretReference;
  /** At least six characters that stand nowhere else. */
  readonly value: string;
  /** Leads to nothing. */
  readonly absent: SecretReference;
  /** Leads to the value, but must be refused: a file that all may read, a program that fails after printing it. */
  readonly refused?: SecretReference | undefined;
}

async function refusal(provider: SecretProvider, reference: SecretReference): Promise<Error> {
  const error: unknown = await provider.resolve(reference).then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  ok(error instanceof Error, 'the provider should have refused');
  return error;
}

function isUseful(error: Error, { target }: SecretReference): void {
  ok(isUmbraError(error), `expected an UmbraError, got ${error.name}`);
  equal(error.code, 'secret.unavailable');
  const words = typeof target === 'string' ? [target] : target;
  ok(
    words.every((word) => error.message.includes(word)),
    `the message does not name the reference: ${error.message}`,
  );
  ok(error.hint !== undefined, 'there is no hint');
}

export const secretProviderCases: readonly ContractCase<SecretProviderSubject>[] = [
  {
    name: 'a reference of its scheme gives the value, without a trailing line break',
    async run({ provider, present, value }) {
      equal(present.scheme, provider.scheme);
      equal((await provider.resolve(present)).reveal(), value);
    },
  },
  {
    name: 'the value does not show when the secret is printed',
    async run({ provider, present, value }) {
      const secret = await provider.resolve(present);
      const printed = [String(secret), JSON.stringify({ secret }), inspect(secret, { depth: 9, showHidden: true })];
      for (const text of printed) ok(!text.includes(value), 'the value shows');
    },
  },
  {
    name: 'an absent secret rejects with secret.unavailable, naming the reference and what to do',
    async run({ provider, absent }) {
      isUseful(await refusal(provider, absent), absent);
    },
  },
  {
    name: 'no error shows the value',
    wants: ['refused'],
    async run({ provider, refused, value }) {
      if (!refused) return;
      const error = await refusal(provider, refused);
      equal(isUmbraError(error) ? error.code : error.name, 'secret.unavailable');
      const printed = inspect(error, { depth: 9, showHidden: true }) + JSON.stringify(error);
      doesNotMatch(printed, new RegExp(value.replace(/\W/g, String.raw`\$&`)));
    },
  },
];
