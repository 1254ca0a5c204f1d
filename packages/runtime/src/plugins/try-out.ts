import type { Plugin, PluginTrials } from '@umbracore/contracts';
import type { Trial } from '@umbracore/testkit';
import type { ComposeOptions } from '../compose-options.ts';
import type { ChosenPlugin } from './chosen-plugin.ts';
import { notRegistered } from './fault-of.ts';
import { inTime } from './in-time.ts';
import { usualTools } from './tools.ts';

/**
 * What a plug-in has to do, by the contracts of what it brings. It is tried with the options of its own trials, else with those
 * of the configuration, on new folders and with this machine's programs and time.
 */
export async function trialsOf(
  { plugin, askedAbout, options }: ChosenPlugin,
  { env }: ComposeOptions,
): Promise<readonly Trial[]> {
  const { trialsOf: contractTrials } = await import('@umbracore/testkit');
  const { clock, processes } = usualTools(env);
  const trials = { ...plugin.trials, options: plugin.trials?.options ?? options };
  const asked = await askedAbout?.(await refusals(trials));
  const tried: Plugin = { ...(asked ?? plugin), trials };
  return await inTime(clock, contractTrials(tried, { clock, processes, env }), () => notRegistered(plugin.name));
}

const refusals = async (trials: PluginTrials) => (await import('@umbracore/plugin-process')).refusedIn(trials);
