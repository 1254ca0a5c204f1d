import { dirname } from 'node:path';
import { borgPlugin } from '@umbracore/borg-adapter';
import type { Configuration } from '@umbracore/contracts';
import { builtinIntegrations } from '@umbracore/integrations';
import type { ComposeOptions } from '../compose-options.ts';
import type { ChosenPlugin } from './chosen-plugin.ts';
import { loadPlugins } from './load.ts';
import { nativelyReadRestic } from '../restic-plugin.ts';
import { systemClock } from '../system-clock.ts';

/** The built-in plug-ins, those of the program, and those that the configuration names. */
export async function choosePlugins(
  options: ComposeOptions,
  { file, plugins }: Configuration,
): Promise<readonly ChosenPlugin[]> {
  const given = [
    builtinIntegrations(options.env, systemClock),
    nativelyReadRestic,
    borgPlugin,
    ...(options.plugins ?? []),
  ];
  const named = await loadPlugins(plugins, file === undefined ? options.cwd : dirname(file));
  return [...given.map((plugin) => ({ plugin, options: undefined })), ...named];
}
