import { dirname, resolve } from 'node:path';
import {
  closest,
  isUmbraError,
  toUmbraError,
  UmbraError,
  type Configuration,
  type PluginReference,
} from '@umbracore/contracts';
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

/** A plug-in that a configuration names. */
export interface PlacedPlugin {
  /** Its place in the list. */
  readonly index: number;
  readonly use: string;
  /** Why it cannot be used, where that is so. */
  readonly loaded: ChosenPlugin | UmbraError;
}

/** One of the plug-ins that a configuration names: by its own name, by what the configuration calls it, or by its file. Throws `plugin.*`. */
export async function pluginNamed(
  options: ComposeOptions,
  configuration: Configuration,
  name: string,
): Promise<ChosenPlugin> {
  const { loaded } = await placedPlugin(options, configuration, name);
  if (isUmbraError(loaded)) throw loaded;
  return loaded;
}

/** The same, be it of any use or not: one that is broken does not know its own name. Throws `plugin.absent`. */
export async function placedPlugin(
  options: ComposeOptions,
  configuration: Configuration,
  name: string,
): Promise<PlacedPlugin> {
  const { file, plugins } = configuration;
  const folder = file === undefined ? options.cwd : dirname(file);
  const path = resolve(options.cwd, name);
  const load = (reference: PluginReference): Promise<ChosenPlugin | UmbraError> =>
    loadPlugin(reference, folder, usualTools(options.env)).catch(toUmbraError);
  const called = plugins.findIndex(({ use }) => use === name || use === path || use === resolve(folder, name));
  const reference = plugins[called];
  if (reference !== undefined) return { index: called, use: reference.use, loaded: await load(reference) };
  const names: string[] = [];
  for (const [index, other] of plugins.entries()) {
    const loaded = await load(other);
    if (isUmbraError(loaded)) continue;
    if (loaded.plugin.name === name) return { index, use: other.use, loaded };
    names.push(loaded.plugin.name);
  }
  const meant = closest(name, names);
  throw new UmbraError('plugin.absent', `the configuration names no plug-in ${name}`, {
    hint: meant === undefined ? 'See `umbra plugin list`.' : `Did you mean ${meant}?`,
  });
}
