import { type SecretProvider, silentLog } from '@umbracore/contracts';
import { expect, test } from 'vitest';
import { builtinIntegrations } from './index.ts';

test('registers one provider for each scheme', async () => {
  const providers: SecretProvider[] = [];
  const plugin = builtinIntegrations({ NAME: 'value' });
  await plugin.register(
    { log: silentLog, addBackend() {}, addSecretProvider: (one) => providers.push(one), addCondition() {} },
    undefined,
  );
  expect(plugin).toMatchObject({ name: 'builtin', api: 1 });
  expect(providers.map(({ scheme }) => scheme)).toEqual(['env', 'file', 'command']);
  const secret = await providers[0]?.resolve({ scheme: 'env', target: 'NAME' });
  expect(secret?.reveal()).toBe('value');
});
