import { defineConfig, type Options } from 'tsup';
import library, { selfContained } from '../../tools/tsup.package.ts';

// A check has a process of its own, which is started by its file.
export default defineConfig([
  library as Options,
  { ...selfContained, splitting: false, entry: { 'check-process': 'src/native/check-process.ts' } },
]);
