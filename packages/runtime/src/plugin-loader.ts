import { createRequire } from 'node:module';
import { isAbsolute, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import {
  pluginApi,
  UmbraError,
  type BackendFactory,
  type BackendRegistry,
  type ConditionKind,
  type Log,
  type Plugin,
  type PluginHost,
  type PluginReference,
  type SecretProvider,
  type SecretResolver,
} from '@umbracore/contracts';

/** What all registered plug-ins brought together. */
export interface Extensions {
  readonly backends: BackendRegistry;
  readonly secrets: SecretResolver;
  readonly conditions: ReadonlyMap<string, ConditionKind>;
}

/** A plug-in and the options that it is registered with. */
export interface ChosenPlugin {
  readonly plugin: Plugin;
  readonly options: unknown;
}

/** Loads the plug-ins that the configuration names; names are resolved from `folder`. Nothing is loaded by merely existing. */
export async function loadPlugins(
  references: readonly PluginReference[],
  folder: string,
): Promise<readonly ChosenPlugin[]> {
  return Promise.all(references.map(async ({ use, options }) => ({ plugin: await loadPlugin(use, folder), options })));
}

async function loadPlugin(use: string, folder: string): Promise<Plugin> {
  const location = locate(use, folder);
  const loaded: unknown = await import(location).catch((cause: unknown) => {
    throw new UmbraError('plugin.invalid', `the plug-in ${use} failed while loading: ${String(cause)}`, {
      hint: 'Load it with Node alone to see the whole error.',
      cause,
    });
  });
  const candidate = typeof loaded === 'object' && loaded !== null && 'default' in loaded ? loaded.default : undefined;
  return checkPlugin(candidate, use);
}

function locate(use: string, folder: string): string {
  if (isAbsolute(use)) return pathToFileURL(use).href;
  try {
    return pathToFileURL(createRequire(join(folder, 'umbra.yaml')).resolve(use)).href;
  } catch (cause) {
    throw new UmbraError('plugin.absent', `the plug-in ${use} is not installed where ${folder} can find it`, {
      hint: `Run \`npm install ${use}\` in ${folder}, or give the path of a file.`,
      cause,
    });
  }
}

function checkPlugin(candidate: unknown, use: string): Plugin {
  if (!isPluginShaped(candidate)) {
    throw new UmbraError('plugin.invalid', `${use} does not export a plug-in by default`, {
      hint: 'Make its default export the result of definePlugin({ name, register }).',
    });
  }
  if (!isForThisApi(candidate)) {
    const api = String(candidate.api);
    throw new UmbraError('plugin.api', `${use} is made for plug-in API ${api}; this is API ${pluginApi}`, {
      hint: 'Install a version of the plug-in that fits this version of UmbraCore.',
    });
  }
  return candidate;
}

/** A plug-in of any API version. */
type AnyPlugin = Omit<Plugin, 'api'> & { readonly api?: unknown };

const isForThisApi = (plugin: AnyPlugin): plugin is Plugin => plugin.api === pluginApi;

function isPluginShaped(candidate: unknown): candidate is AnyPlugin {
  return (
    typeof candidate === 'object' &&
    candidate !== null &&
    'name' in candidate &&
    typeof candidate.name === 'string' &&
    'register' in candidate &&
    typeof candidate.register === 'function'
  );
}

/** Registers plug-ins in order. Two plug-ins, backends, secret schemes or conditions of one name are refused. */
export async function registerPlugins(plugins: readonly ChosenPlugin[], log: Log): Promise<Extensions> {
  const names = new Set<string>();
  const backends = new Map<string, BackendFactory>();
  const providers = new Map<string, SecretProvider>();
  const conditions = new Map<string, ConditionKind>();
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
    };
    await plugin.register(host, options);
    names.add(plugin.name);
  }
  return { backends: backendRegistry(backends), secrets: secretResolver(providers), conditions };
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
