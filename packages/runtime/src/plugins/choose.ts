import { dirname } from 'node:path';
import { borgPlugin } from '@umbracore/borg-adapter';
import type { Configuration } from '@umbracore/contracts';
import { builtinIntegrations } from '@umbracore/integrations';
import type { ComposeOptions } from '../compose-options.ts';
import { nativelyReadRestic } from '../restic-plugin.ts';
import { systemClock } from '../system-clock.ts';
import type { ChosenPlugin } from './chosen-plugin.ts';
import { loadPlugins } from './load.ts';
import { usualTools, type PluginTools } from './tools.ts';

/** The built-in plug-ins, those of the program, and those that the configuration names. */
export async function choosePlugins(
  options: ComposeOptions,
  configuration: Configuration,
  tools: Omit<PluginTools, 'asked'> = usualTools(options.env),
): Promise<readonly ChosenPlugin[]> {
  const { file, plugins, jobs } = configuration;
  const asked = [...jobs.values()].flatMap(({ conditions }) => conditions?.all ?? []);
  const named = await loadPlugins(plugins, file === undefined ? options.cwd : dirname(file), { ...tools, asked });
  return [...givenPlugins(options), ...named];
}

/** Those that no configuration has to name. */
export const givenPlugins = (options: ComposeOptions): readonly ChosenPlugin[] =>
  [builtinIntegrations(options.env, systemClock), nativelyReadRestic, borgPlugin, ...(options.plugins ?? [])].map(
    (plugin) => ({
      plugin,
      options: undefined,
    }),
  );
