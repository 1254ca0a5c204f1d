import { defineConfig, type Options } from 'tsup';
import library, { selfContained } from '../../tools/tsup.package.ts';

// The shim must start when nothing else is left of the installation that started it: one file, no imports.
export default defineConfig([
  library as Options,
  { ...selfContained, splitting: false, entry: { shim: 'src/shim.ts' } },
]);
