import { dirname } from 'node:path';
import { borgPlugin } from '@umbracore/borg-adapter';
import type { ExtensionIssue } from '@umbracore/config';
import { isUmbraError, type Configuration } from '@umbracore/contracts';
import { builtinIntegrations } from '@umbracore/integrations';
import type { AskedRules } from '@umbracore/plugin-process';
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
  configuration: Configuration,
  tools: Omit<PluginTools, 'asked'>,
): Promise<Chosen> {
  const { file, plugins } = configuration;
  const folder = file === undefined ? options.cwd : dirname(file);
  const asked = rulesIn(configuration);
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

/** Everything in a configuration that is said to what plug-ins bring. */
function rulesIn({ jobs, repositories }: Configuration): AskedRules {
  const all = [...jobs.values()];
  const throttles = [...all, ...repositories.values()].flatMap(({ throttle }) => throttle?.rules ?? []);
  return {
    conditions: all.flatMap(({ conditions }) => conditions?.all ?? []),
    sensors: throttles.flatMap((rule) => rule.all),
    hooks: all.flatMap(({ hooks }) => Object.values(hooks ?? {}).flat()).flatMap(({ use }) => use ?? []),
  };
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
