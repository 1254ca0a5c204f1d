import type { BackendFactory } from './backend.ts';
import type { ConditionKind } from './condition.ts';
import type { HookKind } from './hook.ts';
import type { Log } from './log.ts';
import type { NotifierKind } from './notification.ts';
import type { OptionsSchema } from './options-schema.ts';
import type { PluginTrials } from './plugin-trials.ts';
import type { SecretProvider } from './secret.ts';
import type { Sensor } from './throttle.ts';

/** The version of the plug-in API that this copy speaks. A plug-in for another major version is refused. */
export const pluginApi = 1;

/** What a plug-in may add. Authors see this, never the container behind it. */
export interface PluginHost {
  readonly log: Log;
  /** `schema` checks the `options` of repositories that use the backend. */
  addBackend(name: string, factory: BackendFactory, schema?: OptionsSchema): void;
  addSecretProvider(provider: SecretProvider): void;
  addCondition(kind: ConditionKind): void;
  addNotifier(kind: NotifierKind): void;
  addSensor(sensor: Sensor): void;
  addHook(kind: HookKind): void;
}

export interface Plugin {
  readonly name: string;
  readonly api: typeof pluginApi;
  /** Of the plug-in itself, to be shown. */
  readonly version?: string | undefined;
  /** Checks the plug-in's own part of the configuration. */
  readonly options?: OptionsSchema | undefined;
  readonly trials?: PluginTrials | undefined;
  /** Called once, before anything runs. `options` are as `options` made them; unchecked without it. */
  register(host: PluginHost, options: unknown): void | Promise<void>;
}

/** A plug-in as its author writes it: `register` gets what `options` makes of the configuration. */
export interface PluginParts<T> {
  readonly name: string;
  readonly api?: typeof pluginApi | undefined;
  readonly version?: string | undefined;
  readonly options?: OptionsSchema<T> | undefined;
  readonly trials?: PluginTrials | undefined;
  register(host: PluginHost, options: T): void | Promise<void>;
}

/** Marks an object as a plug-in; the default export of a plug-in module. */
export function definePlugin<T = unknown>(parts: PluginParts<T>): Plugin {
  return {
    name: parts.name,
    api: parts.api ?? pluginApi,
    version: parts.version,
    options: parts.options,
    trials: parts.trials,
    // The loader gives it what its schema made, and that is a T.
    register: (host, options) => parts.register(host, options as T),
  };
}
