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
    // Node keeps modules for good: an edited file counts from the next process on.
    return await import(pathToFileURL(file).href);
  } finally {
    hooks.deregister();
  }
}
