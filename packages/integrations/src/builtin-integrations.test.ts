import { type SecretProvider, silentLog } from '@umbracore/contracts';
import { FakeClock } from '@umbracore/testkit';
import { expect, test } from 'vitest';
import { builtinIntegrations } from './index.ts';

test('registers one provider for each scheme, each kind of condition, and each sensor', async () => {
  const providers: SecretProvider[] = [];
  const kinds: string[] = [];
  const notifiers: string[] = [];
  const sensors: string[] = [];
  const plugin = builtinIntegrations({ NAME: 'value' }, new FakeClock(), '/nowhere');
  await plugin.register(
    {
      log: silentLog,
      addBackend() {},
      addSecretProvider: (one) => providers.push(one),
      addCondition: ({ kind }) => kinds.push(kind),
      addNotifier: ({ kind }) => notifiers.push(kind),
      addSensor: ({ kind }) => sensors.push(kind),
      addHook() {},
    },
    undefined,
  );
  expect(plugin).toMatchObject({ name: 'builtin', api: 1 });
  expect(providers.map(({ scheme }) => scheme)).toEqual(['env', 'file', 'command', 'credential', 'keychain', 'store']);
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
  expect(sensors).toEqual([
    'between',
    'days',
    'power',
    'batteryBelow',
    'metered',
    'userActive',
    'loadAbove',
    'cpuPressureAbove',
    'memoryPressureAbove',
    'ioPressureAbove',
    'temperatureAbove',
    'latencyAbove',
  ]);
  const secret = await providers[0]?.resolve({ scheme: 'env', target: 'NAME' });
  expect(secret?.reveal()).toBe('value');
});
