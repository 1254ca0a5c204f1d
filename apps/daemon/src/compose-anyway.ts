import { toUmbraError, type Configuration, type UmbraError } from '@umbracore/contracts';
import { compose, discoverConfiguration, runtimePaths, type ComposeOptions, type Runtime } from '@umbracore/runtime';
import { lastGood } from './configuration/last-good.ts';

export interface Composed {
  readonly runtime: Runtime;
  /** Why the runtime works with the last good configuration instead of the one on disk. */
  readonly refused: UmbraError | undefined;
}

/**
 * A broken configuration must not stop backups: what was understood last of the same file is worked with until the file is put
 * right. Throws `config.*` if there is nothing to fall back on.
 */
export async function composeAnyway(options: ComposeOptions): Promise<Composed> {
  try {
    return { runtime: await compose(options), refused: undefined };
  } catch (thrown) {
    const refused = toUmbraError(thrown);
    const configuration = isAboutContent(refused) ? await keptFor(options) : undefined;
    if (configuration === undefined) throw thrown;
    return { runtime: await compose({ ...options, configuration }), refused };
  }
}

/** A file that is not there was perhaps taken away on purpose. */
const isAboutContent = ({ code }: UmbraError): boolean =>
  /^(?:config|schedule)\./.test(code) && code !== 'config.absent';

async function keptFor(options: ComposeOptions): Promise<Configuration | undefined> {
  const { configFile: path, env, cwd, home } = options;
  const { file } = await discoverConfiguration({ path, env, cwd, home, systemScope: process.getuid?.() === 0 });
  return file === undefined ? undefined : lastGood(runtimePaths(options).stateDir, file);
}
