import { loadConfiguration } from '@umbracore/config';
import type { Configuration } from '@umbracore/contracts';
import { chainProblems } from '@umbracore/coordinator-core';
import { calendar } from '@umbracore/scheduler';
import type { ComposeOptions } from './compose-options.ts';
import { runtimePaths } from './paths.ts';

/** The configuration that `compose` would use. Throws `config.*` with every problem in one message. */
export function readConfiguration(options: ComposeOptions): Promise<Configuration> {
  if (options.configuration !== undefined) return Promise.resolve(options.configuration);
  const { configFile, env, cwd, home } = options;
  return loadConfiguration({
    ...(configFile === undefined ? {} : { path: configFile }),
    env,
    cwd,
    home,
    calendar,
    chainProblems,
    stateDir: runtimePaths(options).stateDir,
  });
}
