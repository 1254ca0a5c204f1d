import { join } from 'node:path';
import {
  configurationFile,
  configurationFiles,
  discoverConfiguration,
  isRecalled,
  recall,
  remember,
  type MemoryPlace,
} from '@umbracore/config/memory';
import type { Judges, OnFault } from '@umbracore/config';
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
    const { file } = await discoverConfiguration({ path, env, cwd, home, systemScope: isRoot() });
    refuseExposed(file === undefined ? [] : [file]);
  }
  const configuration = recalled(options) ?? (await load(options));
  if (refuseUnsafe) refuseExposed(configurationFiles(configuration));
  return configuration;
}

/**
 * The configuration as it would be if its file said this text: an edit is found out to be wrong before it is written. Throws
 * `config.*`, as `readConfiguration` would afterwards.
 */
export const proposedConfiguration = async (options: ComposeOptions, text: string): Promise<Configuration> =>
  await load(options, text);

/**
 * Checks what the plug-ins have against it, and keeps what is good: the next process need not read it again. Throws `config.*`; is
 * told of plug-ins that could not say.
 */
export async function accept(
  configuration: Configuration,
  judges: Judges,
  options: ComposeOptions,
  onFault: OnFault,
): Promise<void> {
  if (isRecalled(configuration)) return;
  const { checkExtensions } = await import('@umbracore/config');
  checkExtensions(configuration, judges, onFault);
  const place = memoryOf(options);
  if (place !== undefined) remember(place, configuration);
}

function recalled(options: ComposeOptions): Configuration | undefined {
  const place = memoryOf(options);
  if (place === undefined) return undefined;
  const { configFile: path, env, cwd, home } = options;
  const file = configurationFile({ path, env, cwd, home, systemScope: isRoot() });
  return file === undefined ? undefined : recall(place, file, { cwd, env });
}

/** What reads and checks a configuration is loaded only if that has to be done. */
async function load(options: ComposeOptions, proposed?: string): Promise<Configuration> {
  const { loadConfiguration } = await import('@umbracore/config');
  const { configFile: path, env, cwd, home } = options;
  const { stateDir } = runtimePaths(options);
  return await loadConfiguration({
    ...(path === undefined ? {} : { path }),
    proposed,
    env,
    cwd,
    home,
    calendar,
    chainProblems,
    stateDir,
  });
}

function memoryOf(options: ComposeOptions): MemoryPlace | undefined {
  const { buildId, home, plugins = [] } = options;
  if (buildId === undefined || plugins.length > 0) return undefined;
  const { cacheDir, stateDir } = runtimePaths(options);
  return { file: join(cacheDir, 'configuration.json'), for: JSON.stringify([buildId, home, stateDir]) };
}

const isRoot = (): boolean => process.getuid?.() === 0;
