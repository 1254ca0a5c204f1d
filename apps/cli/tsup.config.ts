import { defineConfig } from 'tsup';
import { selfContained } from '../../tools/tsup.package.ts';

// Commands are chunks of their own and everything is inside: start-up loads what the command needs, unpacked by nobody.
export default defineConfig([
  { ...selfContained, splitting: true, entry: { umbra: 'src/umbra.ts' } },
  { ...selfContained, splitting: false, entry: { shim: '../../packages/engine-process/src/shim.ts' } },
]);
