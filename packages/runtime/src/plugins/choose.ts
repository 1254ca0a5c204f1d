import { dirname } from 'node:path';
import { borgPlugin } from '@umbracore/borg-adapter';
import type { ExtensionIssue } from '@umbracore/config';
import { isUmbraError, type Configuration } from '@umbracore/contracts';
import { builtinIntegrations } from '@umbracore/integrations';
import type { ComposeOptions } from '../compose-options.ts';
import { runtimePaths } from '../paths.ts';
import { nativelyReadRestic } from '../restic-plugin.ts';
import { systemClock } from '../system-clock.ts';
import type { ChosenPlugin } from './chosen-plugin.ts';
import { loadPlugin } from './load.ts';
import type { PluginTools } from './tools.ts';

/** Plug-ins that could be loaded, and what is wrong with the others. */
export interface Chosen {
  readonly chosen: readonly ChosenPlugin[];
  readonly issues: readonly ExtensionIssue[];
}

/** The built-in plug-ins, those of the program, and those that the configuration names. */
export async function choosePlugins(
  options: ComposeOptions,
  { file, plugins, jobs }: Configuration,
  tools: Omit<PluginTools, 'asked'>,
): Promise<Chosen> {
  const folder = file === undefined ? options.cwd : dirname(file);
  const asked = [...jobs.values()].flatMap(({ conditions }) => conditions?.all ?? []);
  const named = await Promise.all(
    plugins.map(async (reference, index): Promise<ChosenPlugin | ExtensionIssue> => {
      try {
        return { ...(await loadPlugin(reference, folder, { ...tools, asked })), index };
      } catch (thrown) {
        return loadingIssue(thrown, index);
      }
    }),
  );
  const isIssue = (one: ChosenPlugin | ExtensionIssue): one is ExtensionIssue => 'part' in one;
  const loaded = named.filter((one): one is ChosenPlugin => !isIssue(one));
  return { chosen: [...givenPlugins(options), ...loaded], issues: named.filter(isIssue) };
}

/** A failure of one plug-in, at its place. What is no error of ours is a bug. */
function loadingIssue(thrown: unknown, index: number): ExtensionIssue {
  if (!isUmbraError(thrown)) throw thrown;
  const { code, message, hint } = thrown;
  return { part: { section: 'plugins', key: index }, path: ['use'], code, message, hint };
}

/** Those that no configuration has to name. */
export const givenPlugins = (options: ComposeOptions): readonly ChosenPlugin[] =>
  [
    builtinIntegrations(options.env, systemClock, runtimePaths(options).stateDir),
    nativelyReadRestic,
    borgPlugin,
    ...(options.plugins ?? []),
  ].map((plugin) => ({
    plugin,
    options: undefined,
  }));
