// Programs that tests start by the hundred: as one file each, which Node has read in a sixth of the time.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildSync } from 'esbuild';

const bundles = new Map();

/**
 * A program of the tests with all it imports in one file, made once in each process that asks.
 *
 * @param {string} source @returns {string}
 */
export function bundled(source) {
  const known = bundles.get(source);
  if (known !== undefined) return known;
  const folder = mkdtempSync(join(tmpdir(), 'umbra-bundled-'));
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  const outfile = join(folder, 'program.mjs');
  buildSync({
    entryPoints: [source],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    conditions: ['@umbra/source', 'module'],
    // What was CommonJS asks for its parts by `require`.
    banner: {
      js: "import { createRequire as __require } from 'node:module'; const require = __require(import.meta.url);",
    },
    logLevel: 'error',
  });
  bundles.set(source, outfile);
  return outfile;
}
