import { homedir } from 'node:os';
import { emptyConfiguration, systemTimezone } from '@umbracore/config/memory';
import { compose, type Runtime } from './compose.ts';
import type { ComposeOptions } from './compose-options.ts';

/**
 * A runtime for programs that describe their jobs themselves: no configuration file is read, and this process's environment
 * and folders are used. Every option of `compose` may be given.
 */
export function openRuntime(options: Partial<ComposeOptions> = {}): Promise<Runtime> {
  const configuration = options.configuration ?? emptyConfiguration(systemTimezone(process.env['TZ']));
  return compose({ env: process.env, cwd: process.cwd(), home: homedir(), ...options, configuration });
}
