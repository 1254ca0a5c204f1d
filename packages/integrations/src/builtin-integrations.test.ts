import { type SecretProvider, silentLog } from '@umbracore/contracts';
import { FakeClock } from '@umbracore/testkit';
import { expect, test } from 'vitest';
import { builtinIntegrations } from './index.ts';

test('registers one provider for each scheme, and each kind of condition', async () => {
  const providers: SecretProvider[] = [];
  const kinds: string[] = [];
  const notifiers: string[] = [];
  const plugin = builtinIntegrations({ NAME: 'value' }, new FakeClock());
  await plugin.register(
    {
      log: silentLog,
      addBackend() {},
      addSecretProvider: (one) => providers.push(one),
      addCondition: ({ kind }) => kinds.push(kind),
      addNotifier: ({ kind }) => notifiers.push(kind),
    },
    undefined,
  );
  expect(plugin).toMatchObject({ name: 'builtin', api: 1 });
  expect(providers.map(({ scheme }) => scheme)).toEqual(['env', 'file', 'command']);
  expect(kinds).toEqual([
    'power',
    'minBattery',
    'metered',
    'network',
    'reachable',
    'mounted',
    'freeSpace',
    'load',
    'idle',
    'command',
  ]);
  expect(notifiers).toEqual([
    'email',
    'webhook',
    'ntfy',
    'slack',
    'discord',
    'telegram',
    'gotify',
    'pushover',
    'matrix',
    'healthchecks',
    'desktop',
    'command',
  ]);
  const secret = await providers[0]?.resolve({ scheme: 'env', target: 'NAME' });
  expect(secret?.reveal()).toBe('value');
});
