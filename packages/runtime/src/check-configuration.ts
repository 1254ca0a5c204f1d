import type { OnFault } from '@umbracore/config';
import type { Configuration } from '@umbracore/contracts';
import { preparePlugins } from './plugins/prepare.ts';
import type { ComposeOptions } from './compose-options.ts';
import { judgesOf } from './judges.ts';
import { usualTools } from './plugins/tools.ts';
import { readConfiguration } from './read-configuration.ts';

/**
 * The configuration if `compose` would take it, its plug-ins and conditions included; nothing is opened. Throws as `compose`. A plug-in
 * that broke when it was asked is told to `onFault`, if that is given.
 */
export async function checkConfiguration(options: ComposeOptions, onFault?: OnFault): Promise<Configuration> {
  // Read in any case: whoever asks for a check gets one.
  const { buildId: _, ...asked } = options;
  const configuration = await readConfiguration(asked);
  const extensions = await preparePlugins(asked, configuration, usualTools(options.env), onFault);
  const { checkExtensions } = await import('@umbracore/config');
  checkExtensions(configuration, judgesOf(extensions), onFault);
  return configuration;
}
