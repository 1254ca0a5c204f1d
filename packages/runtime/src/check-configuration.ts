import type { Configuration } from '@umbracore/contracts';
import { notifiersOf } from '@umbracore/notifications';
import { preparePlugins } from './plugins/prepare.ts';
import type { ComposeOptions } from './compose-options.ts';
import { conditionsOf } from './conditions.ts';
import { usualTools } from './plugins/tools.ts';
import { readConfiguration } from './read-configuration.ts';
import { sensorsOf } from './sensors.ts';
import { systemClock } from './system-clock.ts';

/** The configuration if `compose` would take it, its plug-ins and conditions included; nothing is opened. Throws as `compose`. */
export async function checkConfiguration(options: ComposeOptions): Promise<Configuration> {
  // Read in any case: whoever asks for a check gets one.
  const { buildId: _, ...asked } = options;
  const configuration = await readConfiguration(asked);
  const { conditions, sensors, notifiers, secrets } = await preparePlugins(
    asked,
    configuration,
    usualTools(options.env),
  );
  const { checkChannels, checkConditions, checkThrottles } = await import('@umbracore/config');
  checkConditions(configuration, conditionsOf(conditions, systemClock));
  checkChannels(configuration, notifiersOf(notifiers, secrets));
  checkThrottles(configuration, sensorsOf(sensors, systemClock));
  return configuration;
}
