import type { Configuration } from '@umbracore/contracts';
import { preparePlugins } from './plugins/prepare.ts';
import type { ComposeOptions } from './compose-options.ts';
import { judgesOf } from './judges.ts';
import { usualTools } from './plugins/tools.ts';
import { readConfiguration } from './read-configuration.ts';

/** The configuration if `compose` would take it, its plug-ins and conditions included; nothing is opened. Throws as `compose`. */
export async function checkConfiguration(options: ComposeOptions): Promise<Configuration> {
  // Read in any case: whoever asks for a check gets one.
  const { buildId: _, ...asked } = options;
  const configuration = await readConfiguration(asked);
  const extensions = await preparePlugins(asked, configuration, usualTools(options.env));
  const { checkExtensions } = await import('@umbracore/config');
  checkExtensions(configuration, judgesOf(extensions));
  return configuration;
}
