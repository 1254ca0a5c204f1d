import { existsSync, mkdirSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const source = fileURLToPath(new URL('../../engine-process/src/shim.ts', import.meta.url));

/**
 * The shim as JavaScript, as it is shipped. From its source Node takes three times the processor for each start, and these tests start
 * hundreds. Built once in a test run, in the run's own cache folder.
 */
export async function builtShim(): Promise<string> {
  const cache = process.env['XDG_CACHE_HOME'];
  if (cache === undefined) throw new Error('a test run has a cache folder of its own');
  const folder = join(cache, 'umbra-test-shim');
  const shim = join(folder, 'shim.mjs');
  if (existsSync(shim)) return shim;
  const { build } = await import('tsup');
  const draft = join(cache, `umbra-test-shim-${process.pid}`);
  mkdirSync(draft, { recursive: true });
  await build({
    config: false,
    entry: { shim: source },
    outDir: draft,
    format: ['esm'],
    outExtension: () => ({ js: '.mjs' }),
    platform: 'node',
    removeNodeProtocol: false,
    silent: true,
  });
  try {
    renameSync(draft, folder);
  } catch {
    // Another worker was faster.
  }
  return shim;
}
