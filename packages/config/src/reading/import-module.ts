import { once } from 'node:events';
import { stat } from 'node:fs/promises';
import { registerHooks } from 'node:module';
import { pathToFileURL } from 'node:url';

const ownName = '@umbracore/config';

/** `defineConfig` gives back what it is given: all that a configuration needs of this package when it runs. */
const standIn = 'data:text/javascript,export const defineConfig = (configuration) => configuration;';

/**
 * Runs a configuration module. The bundled program carries this package inside itself, so a file that imports `defineConfig`
 * finds the package by its name only where it is installed as well; elsewhere it gets a stand-in.
 */
export async function importModule(file: string): Promise<unknown> {
  const hooks = registerHooks({
    resolve(specifier, context, next) {
      try {
        return next(specifier, context);
      } catch (error) {
        if (specifier !== ownName) throw error;
        return { url: standIn, format: 'module', shortCircuit: true };
      }
    },
  });
  try {
    // Node keeps modules for good, by their addresses: an edited file has to be another one, or a daemon would not see it.
    const { mtimeMs, size } = await stat(file);
    return await settled(import(`${pathToFileURL(file).href}?${mtimeMs}-${size}`));
  } finally {
    hooks.deregister();
  }
}

/** Node would end without a word where nothing is left that a top-level `await` could wait for. */
async function settled(loading: Promise<unknown>): Promise<unknown> {
  const over = new AbortController();
  const stuck = once(process, 'beforeExit', { signal: over.signal }).then(() => {
    throw new Error('a top-level `await` in it waits for something that never comes');
  });
  try {
    return await Promise.race([loading, stuck]);
  } finally {
    over.abort();
    stuck.catch(() => undefined);
  }
}
