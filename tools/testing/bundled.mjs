// Programs that tests start by the hundred: as one file each, which Node has read in a sixth of the time.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { buildSync } from 'esbuild';

const bundles = new Map();

/**
 * A program of the tests with all it imports in one file, made once in each process that asks. `beside` are programs that it starts, by
 * a path from where it is.
 *
 * @param {string} source @param {...string} beside @returns {string}
 */
export function bundled(source, ...beside) {
  const known = bundles.get(source);
  if (known !== undefined) return known;
  const folder = mkdtempSync(join(tmpdir(), 'umbra-bundled-'));
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }');
  buildSync({
    entryPoints: Object.fromEntries([source, ...beside].map((path) => [nameOf(path), path])),
    outdir: folder,
    bundle: true,
    platform: 'node',
    format: 'esm',
    conditions: ['@umbra/source', 'module'],
    // What was CommonJS asks for its parts by `require`.
    banner: {
      js: "import { createRequire as requireFrom } from 'node:module'; const require = requireFrom(import.meta.url);",
    },
    logLevel: 'error',
  });
  const program = join(folder, `${nameOf(source)}.js`);
  bundles.set(source, program);
  return program;
}

const nameOf = (path) => basename(path, '.ts');
