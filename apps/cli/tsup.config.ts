import { defineConfig, type Options } from 'tsup';
import { selfContained } from '../../tools/tsup.package.ts';

type Plugin = NonNullable<Options['esbuildPlugins']>[number];

/** Leaves out what carries commands out: the help only lists them, and whatever is more than a short answer is in main.js. */
const onlyShortAnswers: Plugin = {
  name: 'only-short-answers',
  setup(build) {
    build.onResolve({ filter: /^\.\/main\.ts$|^\.\.\/actions\// }, () => ({ path: './main.js', external: true }));
  },
};

// Everything is inside, unpacked by nobody. What answers at once is one file; elsewhere commands are chunks of their own,
// so that start-up loads what the command needs.
export default defineConfig([
  { ...selfContained, splitting: false, entry: { umbra: 'src/umbra.ts' }, esbuildPlugins: [onlyShortAnswers] },
  { ...selfContained, splitting: true, entry: { main: 'src/main.ts' } },
  { ...selfContained, splitting: false, entry: { shim: '../../packages/engine-process/src/shim.ts' } },
]);
