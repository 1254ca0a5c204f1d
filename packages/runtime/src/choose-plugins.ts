import { dirname } from 'node:path';
import type { Configuration } from '@umbracore/contracts';
import { builtinIntegrations } from '@umbracore/integrations';
import { resticPlugin } from '@umbracore/restic-adapter';
import type { ComposeOptions } from './compose-options.ts';
import { loadPlugins, type ChosenPlugin } from './plugin-loader.ts';
import { systemClock } from './system-clock.ts';

/** The built-in plug-ins, those of the program, and those that the configuration names. */
export async function choosePlugins(
  options: ComposeOptions,
  { file, plugins }: Configuration,
): Promise<readonly ChosenPlugin[]> {
  const given = [builtinIntegrations(options.env, systemClock), resticPlugin, ...(options.plugins ?? [])];
  const named = await loadPlugins(plugins, file === undefined ? options.cwd : dirname(file));
  return [...given.map((plugin) => ({ plugin, options: undefined })), ...named];
}
