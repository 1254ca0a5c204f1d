import { fileURLToPath, pathToFileURL } from 'node:url';
import { bundled } from '../testing/bundled.mjs';

const packages = new URL('../../packages/', import.meta.url);
const fileOf = (path) => fileURLToPath(new URL(path, packages));

/** Programs of ours that packages start, each from beside the module that starts it. */
export const shim = fileOf('engine-process/src/shim.ts');
export const checkProcess = fileOf('restic-reader/src/native/check-process.ts');
const starters = ['engine-process/src/start-shim.ts', 'restic-reader/src/native/check-in-process.ts'].map(fileOf);

const variable = 'UMBRA_TEST_PROGRAMS';

/** Builds them as they are shipped: from their sources Node takes three to six times the processor for each start. */
export default function programs() {
  process.env[variable] = pathToFileURL(bundled(shim, checkProcess)).href;
}

/** Has tests start those, whatever package starts them. */
export const builtPrograms = {
  name: 'built-programs',
  enforce: 'pre',
  transform(code, id) {
    if (!starters.includes(id)) return undefined;
    if (!code.includes('import.meta.url')) throw new Error(`${id} starts no program from beside it`);
    return { code: code.replaceAll('import.meta.url', `(process.env['${variable}'] ?? import.meta.url)`) };
  },
};
