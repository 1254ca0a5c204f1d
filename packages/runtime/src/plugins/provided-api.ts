import { existsSync } from 'node:fs';
import { registerHooks } from 'node:module';

const name = '@umbracore/contracts';
let isProvided = false;

/**
 * A program that has everything inside gives plug-ins a copy of the plug-in API: a file beside the configuration works without
 * anything installed. It need not be the copy that the program works with. Elsewhere plug-ins find the installed one.
 */
export function provideApi(): void {
  const own = ['./plugin-api.js', '../plugin-api.js']
    .map((path) => new URL(path, import.meta.url))
    .find((url) => existsSync(url));
  if (own === undefined || isProvided) return;
  isProvided = true;
  registerHooks({
    resolve: (specifier, context, next) =>
      specifier === name ? { url: own.href, format: 'module', shortCircuit: true } : next(specifier, context),
  });
}
