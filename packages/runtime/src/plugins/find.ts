import { dirname, resolve } from 'node:path';
import { closest, UmbraError, type Configuration, type PluginReference } from '@umbracore/contracts';
import type { ComposeOptions } from '../compose-options.ts';
import type { ChosenPlugin } from './chosen-plugin.ts';
import { loadPlugin } from './load.ts';
import { usualTools } from './tools.ts';

/** True for what is meant as the path of a file and not as the name of a package. */
export const isPluginPath = (name: string): boolean =>
  /^(?:\.{0,2}\/|~\/|[A-Za-z]:[\\/])/.test(name) || /\.\w+$/.test(name);

/** A file, or a package that the current folder finds. */
export function pluginAt(options: ComposeOptions, name: string): Promise<ChosenPlugin> {
  const use = isPluginPath(name) ? resolve(options.cwd, name) : name;
  return loadPlugin({ use, options: undefined }, options.cwd, usualTools(options.env));
}

/**
 * One of the plug-ins that a configuration names: by its own name, by what the configuration calls it, or by its file. Throws
 * `plugin.absent`.
 */
export async function pluginNamed(
  options: ComposeOptions,
  configuration: Configuration,
  name: string,
): Promise<ChosenPlugin & { readonly index: number }> {
  const { file, plugins } = configuration;
  const folder = file === undefined ? options.cwd : dirname(file);
  const path = resolve(options.cwd, name);
  const load = (reference: PluginReference) => loadPlugin(reference, folder, usualTools(options.env));
  const called = plugins.findIndex(({ use }) => use === name || use === path || use === resolve(folder, name));
  const reference = plugins[called];
  if (reference !== undefined) return { ...(await load(reference)), index: called };
  const names: string[] = [];
  for (const [index, other] of plugins.entries()) {
    const loaded = await load(other).catch(() => undefined);
    if (loaded === undefined) continue;
    if (loaded.plugin.name === name) return { ...loaded, index };
    names.push(loaded.plugin.name);
  }
  const meant = closest(name, names);
  throw new UmbraError('plugin.absent', `the configuration names no plug-in ${name}`, {
    hint: meant === undefined ? 'See `umbra plugin list`.' : `Did you mean ${meant}?`,
  });
}
