import {
  UmbraError,
  type BackendFactory,
  type BackendRegistry,
  type ConditionKind,
  type Log,
  type NotifierKind,
  type PluginHost,
  type SecretProvider,
  type SecretResolver,
} from '@umbracore/contracts';
import type { ChosenPlugin } from './chosen-plugin.ts';

/** What all registered plug-ins brought together. */
export interface Extensions {
  readonly backends: BackendRegistry;
  readonly secrets: SecretResolver;
  readonly conditions: ReadonlyMap<string, ConditionKind>;
  readonly notifiers: ReadonlyMap<string, NotifierKind>;
}

/** Registers plug-ins in order. Two plug-ins, backends, secret schemes, conditions or kinds of channels of one name are refused. */
export async function registerPlugins(plugins: readonly ChosenPlugin[], log: Log): Promise<Extensions> {
  const names = new Set<string>();
  const backends = new Map<string, BackendFactory>();
  const providers = new Map<string, SecretProvider>();
  const conditions = new Map<string, ConditionKind>();
  const notifiers = new Map<string, NotifierKind>();
  for (const { plugin, options } of plugins) {
    claim(names, plugin.name, 'plug-in', plugin.name);
    const host: PluginHost = {
      log: log.child({ plugin: plugin.name }),
      addBackend(name, factory) {
        claim(backends, name, 'backend', plugin.name);
        backends.set(name, factory);
      },
      addSecretProvider(provider) {
        claim(providers, provider.scheme, 'secret scheme', plugin.name);
        providers.set(provider.scheme, provider);
      },
      addCondition(kind) {
        claim(conditions, kind.kind, 'condition', plugin.name);
        conditions.set(kind.kind, kind);
      },
      addNotifier(kind) {
        claim(notifiers, kind.kind, 'kind of channel', plugin.name);
        notifiers.set(kind.kind, kind);
      },
    };
    await plugin.register(host, options);
    names.add(plugin.name);
  }
  return { backends: backendRegistry(backends), secrets: secretResolver(providers), conditions, notifiers };
}

function claim(taken: { has(name: string): boolean }, name: string, what: string, plugin: string): void {
  if (!taken.has(name)) return;
  throw new UmbraError(
    'plugin.invalid',
    `the plug-in ${plugin} brings the ${what} ${name}, which another one brought before`,
    {
      hint: 'Remove one of the two from `plugins:`.',
    },
  );
}

function backendRegistry(backends: ReadonlyMap<string, BackendFactory>): BackendRegistry {
  return {
    names: () => [...backends.keys()],
    get(name) {
      const factory = backends.get(name);
      if (factory !== undefined) return factory;
      throw new UmbraError('plugin.absent', `no plug-in brings the backend ${name}`, {
        hint: `Name its plug-in under \`plugins:\`, or use one of: ${[...backends.keys()].join(', ')}.`,
      });
    },
  };
}

function secretResolver(providers: ReadonlyMap<string, SecretProvider>): SecretResolver {
  return {
    resolve(reference, signal) {
      const provider = providers.get(reference.scheme);
      if (provider !== undefined) return provider.resolve(reference, signal);
      const error = new UmbraError('secret.unavailable', `no plug-in finds secrets of the kind ${reference.scheme}:`, {
        hint: `Use one of: ${[...providers.keys()].map((scheme) => `${scheme}:`).join(', ')}.`,
      });
      return Promise.reject(error);
    },
  };
}
