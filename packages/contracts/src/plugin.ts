import type { BackendFactory } from './backend.ts';
import type { ConditionKind } from './condition.ts';
import type { Log } from './log.ts';
import type { SecretProvider } from './secret.ts';

/** The version of the plug-in API that this copy speaks. A plug-in for another major version is refused. */
export const pluginApi = 1;

/** What a plug-in may add. Authors see this, never the container behind it. */
export interface PluginHost {
  readonly log: Log;
  addBackend(name: string, factory: BackendFactory): void;
  addSecretProvider(provider: SecretProvider): void;
  addCondition(kind: ConditionKind): void;
}

export interface Plugin {
  readonly name: string;
  readonly api: typeof pluginApi;
  /** Called once, before anything runs. `options` are the plug-in's own part of the configuration, unchecked. */
  register(host: PluginHost, options: unknown): void | Promise<void>;
}

/** Marks an object as a plug-in; the default export of a plug-in module. */
export function definePlugin(plugin: Omit<Plugin, 'api'> & { readonly api?: typeof pluginApi }): Plugin {
  return { api: pluginApi, ...plugin };
}
