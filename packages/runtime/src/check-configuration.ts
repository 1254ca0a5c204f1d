import { checkChannels, checkConditions } from '@umbracore/config';
import type { Configuration } from '@umbracore/contracts';
import { notifiersOf } from '@umbracore/notifications';
import { preparePlugins } from './plugins/prepare.ts';
import type { ComposeOptions } from './compose-options.ts';
import { conditionsOf } from './conditions.ts';
import { usualTools } from './plugins/tools.ts';
import { readConfiguration } from './read-configuration.ts';
import { systemClock } from './system-clock.ts';

/** The configuration if `compose` would take it, its plug-ins and conditions included; nothing is opened. Throws as `compose`. */
export async function checkConfiguration(options: ComposeOptions): Promise<Configuration> {
  const configuration = await readConfiguration(options);
  const { conditions, notifiers, secrets } = await preparePlugins(options, configuration, usualTools(options.env));
  checkConditions(configuration, conditionsOf(conditions, systemClock));
  checkChannels(configuration, notifiersOf(notifiers, secrets));
  return configuration;
}
