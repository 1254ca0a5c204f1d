import { UmbraError } from './errors.ts';
import type { PluginHost } from './plugin.ts';

type Needed = Readonly<Record<string, 'string' | 'function' | 'object'>>;

/**
 * The same host, which takes nothing that lacks a part of its contract: in JavaScript nobody else would notice before it is needed.
 * Throws `plugin.invalid`.
 */
export function checkingHost(host: PluginHost, plugin: string): PluginHost {
  function need(what: string, value: unknown, name: string, needed: Needed): void {
    const isObject = typeof value === 'object' && value !== null;
    const parts = (isObject ? value : {}) as Readonly<Record<string, unknown>>;
    const wrong = Object.entries({ [name]: 'string', ...needed }).find(([part, type]) => typeof parts[part] !== type);
    if (wrong === undefined) return;
    const called = typeof parts[name] === 'string' ? `${what} ${parts[name]}` : what;
    const [part, type] = wrong;
    throw new UmbraError('plugin.invalid', `the plug-in ${plugin} brings a ${called} that has no ${part} (${type})`, {
      hint: 'Give it all that its interface in @umbracore/contracts demands.',
    });
  }
  return {
    log: host.log,
    addBackend(name, factory, schema) {
      need('backend', { name, factory }, 'name', { factory: 'function' });
      host.addBackend(name, factory, schema);
    },
    addSecretProvider(provider) {
      need('way to find secrets', provider, 'scheme', { resolve: 'function' });
      host.addSecretProvider(provider);
    },
    addCondition(kind) {
      need('condition', kind, 'kind', { check: 'function', evaluate: 'function' });
      host.addCondition(kind);
    },
    addNotifier(kind) {
      need('kind of channel', kind, 'kind', { text: 'string', settings: 'object', send: 'function' });
      host.addNotifier(kind);
    },
    addSensor(sensor) {
      need('sensor', sensor, 'kind', { check: 'function', sense: 'function' });
      host.addSensor(sensor);
    },
    addHook(kind) {
      need('hook', kind, 'kind', { check: 'function', run: 'function' });
      host.addHook(kind);
    },
  };
}
