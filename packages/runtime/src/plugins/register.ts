import {
  checkingHost,
  UmbraError,
  type BackendFactory,
  type BackendRegistry,
  type ConditionKind,
  type HookKind,
  type Log,
  type NotifierKind,
  type OptionsSchema,
  type Plugin,
  type PluginHost,
  type SecretProvider,
  type SecretResolver,
  type Sensor,
} from '@umbracore/contracts';
import { systemClock } from '../system-clock.ts';
import { optionsFor } from './checked-options.ts';
import type { ChosenPlugin, PluginFacts } from './chosen-plugin.ts';
import { faultOf, notRegistered } from './fault-of.ts';
import { inTime } from './in-time.ts';

/** What all registered plug-ins brought together. */
export interface Extensions {
  readonly backends: BackendRegistry;
  readonly secrets: SecretResolver;
  readonly conditions: ReadonlyMap<string, ConditionKind>;
  readonly sensors: ReadonlyMap<string, Sensor>;
  readonly notifiers: ReadonlyMap<string, NotifierKind>;
  readonly hooks: ReadonlyMap<string, HookKind>;
  /** What checks the options of repositories, by backend. */
  readonly repositoryOptions: ReadonlyMap<string, OptionsSchema>;
  /** Ways to find secrets, by name. */
  readonly secretSchemes: readonly string[];
  readonly plugins: readonly PluginFacts[];
}

/** Registers plug-ins in order. Two plug-ins, backends, secret schemes, conditions, sensors, hooks or kinds of channels of one name are refused. */
export async function registerPlugins(chosen: readonly ChosenPlugin[], log: Log): Promise<Extensions> {
  const names = new Set<string>();
  const backends = new Map<string, BackendFactory>();
  const providers = new Map<string, SecretProvider>();
  const conditions = new Map<string, ConditionKind>();
  const sensors = new Map<string, Sensor>();
  const notifiers = new Map<string, NotifierKind>();
  const hooks = new Map<string, HookKind>();
  const repositoryOptions = new Map<string, OptionsSchema>();
  const plugins: PluginFacts[] = [];
  for (const one of chosen) {
    const { plugin } = one;
    const brought = nothingYet();
    claim(names, plugin.name, 'plug-in', plugin.name);
    const host: PluginHost = {
      log: log.child({ plugin: plugin.name }),
      addBackend(name, factory, schema) {
        claim(backends, name, claimWords.backends, plugin.name);
        const watched = schema && watchedSchema(schema);
        backends.set(name, watched === undefined ? factory : withOptions(factory, watched, plugin.name));
        if (watched !== undefined) repositoryOptions.set(name, watched);
        brought.backends.push(name);
      },
      addSecretProvider(provider) {
        claim(providers, provider.scheme, claimWords.secrets, plugin.name);
        providers.set(provider.scheme, provider);
        brought.secrets.push(provider.scheme);
      },
      addCondition(kind) {
        claim(conditions, kind.kind, claimWords.conditions, plugin.name);
        conditions.set(kind.kind, kind);
        brought.conditions.push(kind.kind);
      },
      addNotifier(kind) {
        claim(notifiers, kind.kind, claimWords.notifiers, plugin.name);
        notifiers.set(kind.kind, kind);
        brought.notifiers.push(kind.kind);
      },
      addSensor(sensor) {
        claim(sensors, sensor.kind, claimWords.sensors, plugin.name);
        sensors.set(sensor.kind, sensor);
        brought.sensors.push(sensor.kind);
      },
      addHook(kind) {
        claim(hooks, kind.kind, claimWords.hooks, plugin.name);
        hooks.set(kind.kind, kind);
        brought.hooks.push(kind.kind);
      },
    };
    const options = await optionsFor(one);
    await register(plugin, checkingHost(host, plugin.name), options);
    names.add(plugin.name);
    plugins.push({ ...factsOf(one), ...brought });
  }
  const registry = {
    backends: backendRegistry(backends),
    secrets: secretResolver(providers),
    conditions,
    sensors,
    notifiers,
    hooks,
  };
  return { ...registry, repositoryOptions, secretSchemes: [...providers.keys()], plugins };
}

async function register(plugin: Plugin, host: PluginHost, options: unknown): Promise<void> {
  try {
    const registered = Promise.resolve(plugin.register(host, options));
    await inTime(systemClock, registered, () => notRegistered(plugin.name));
  } catch (thrown) {
    throw faultOf(plugin.name, 'was registered', thrown);
  }
}

/** What plug-ins bring, each in words. */
export const claimWords = {
  backends: 'backend',
  secrets: 'secret scheme',
  conditions: 'condition',
  notifiers: 'kind of channel',
  sensors: 'sensor',
  hooks: 'hook',
} as const;

export type Kind = keyof typeof claimWords;

const nothingYet = (): Record<Kind, string[]> => ({
  backends: [],
  secrets: [],
  conditions: [],
  notifiers: [],
  sensors: [],
  hooks: [],
});

const factsOf = ({ plugin, use, file, exposure }: ChosenPlugin) => ({
  name: plugin.name,
  version: plugin.version,
  use,
  file,
  exposure,
});

/** A schema of which it is remembered whether it answers late, as a program does. */
interface WatchedSchema extends OptionsSchema {
  isLate: boolean;
}

function watchedSchema({ '~standard': standard }: OptionsSchema): WatchedSchema {
  const watched: WatchedSchema = {
    isLate: false,
    '~standard': {
      ...standard,
      validate(options) {
        const result = standard.validate(options);
        watched.isLate ||= result instanceof Promise;
        return result;
      },
    },
  };
  return watched;
}

/**
 * A backend that gets the options of its repository as its schema makes them. One that answers late was asked when the configuration
 * was read, and is not asked again: its backend gets what is written.
 */
function withOptions(factory: BackendFactory, schema: WatchedSchema, plugin: string): BackendFactory {
  const validated = (options: unknown) => {
    try {
      return schema['~standard'].validate(options);
    } catch (thrown) {
      throw faultOf(plugin, 'checked the options of a repository', thrown);
    }
  };
  return (repository, host) => {
    const { definition } = repository;
    const result = schema.isLate ? undefined : validated(definition.options);
    if (result instanceof Promise) result.catch(() => {});
    if (result === undefined || result instanceof Promise || result.issues !== undefined)
      return factory(repository, host);
    const options = result.value as typeof definition.options;
    return factory({ ...repository, definition: { ...definition, options } }, host);
  };
}

function claim(taken: { has(name: string): boolean }, name: string, what: string, plugin: string): void {
  if (taken.has(name)) throw takenName(plugin, what, name);
}

export const takenName = (plugin: string, what: string, name: string): UmbraError =>
  new UmbraError(
    'plugin.invalid',
    `the plug-in ${plugin} brings the ${what} ${name}, which another one brought before`,
    {
      hint: 'Remove one of the two from `plugins:`.',
    },
  );

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
    noteOn: (reference) => providers.get(reference.scheme)?.noteOn?.(reference),
  };
}
