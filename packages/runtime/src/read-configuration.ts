import { configurationFiles, discoverConfiguration, loadConfiguration } from '@umbracore/config';
import type { Configuration } from '@umbracore/contracts';
import { chainProblems } from '@umbracore/coordinator-core';
import { calendar } from '@umbracore/scheduler';
import type { ComposeOptions } from './compose-options.ts';
import { refuseExposed } from './exposed-files.ts';
import { runtimePaths } from './paths.ts';

/** The configuration that `compose` would use. Throws `config.*` with every problem in one message. */
export async function readConfiguration(options: ComposeOptions): Promise<Configuration> {
  if (options.configuration !== undefined) return options.configuration;
  const { configFile: path, env, cwd, home, refuseUnsafe = false } = options;
  if (refuseUnsafe) {
    // Before anything is read: it may be a program.
    const { file } = await discoverConfiguration({ path, env, cwd, home, systemScope: process.getuid?.() === 0 });
    refuseExposed(file === undefined ? [] : [file]);
  }
  const configuration = await loadConfiguration({
    ...(path === undefined ? {} : { path }),
    env,
    cwd,
    home,
    calendar,
    chainProblems,
    stateDir: runtimePaths(options).stateDir,
  });
  if (refuseUnsafe) refuseExposed(configurationFiles(configuration));
  return configuration;
}
