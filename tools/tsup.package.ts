import { readFileSync } from 'node:fs';
import { defineConfig, type Options } from 'tsup';

interface PackageFile {
  readonly exports: Readonly<Record<string, string | Readonly<Record<string, string>>>>;
}

/** The sources behind a package's doors: what its `exports` name under the source condition. */
function doorsOf(folder: string): string[] {
  const { exports } = JSON.parse(readFileSync(`${folder}/package.json`, 'utf8')) as PackageFile;
  return Object.values(exports).flatMap((door) => {
    const source = typeof door === 'string' ? undefined : door['@umbra/source'];
    return source === undefined ? [] : [source];
  });
}

/** How all our JavaScript is made. Declarations come from `tsc -b` at the root instead. */
export const javascript = {
  format: ['esm'],
  target: 'node22',
  platform: 'node',
  // `node:sqlite` has no name without the prefix.
  removeNodeProtocol: false,
  dts: false,
  silent: true,
} satisfies Options;

/** What the charset leaves alone: signs in regular expressions. One of another alphabet doubles what the engine keeps of a file. */
const plainPatterns = {
  name: 'plain-patterns',
  renderChunk: (code: string) => ({
    code: code.replaceAll(/[\u0080-\uffff]/g, (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`),
  }),
};

/** A program in files of its own: dependencies are inside, CommonJS ones find the `require` they expect. */
export const selfContained = {
  ...javascript,
  clean: false,
  noExternal: [/.*/],
  banner: {
    js: "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);",
  },
  esbuildOptions: (options) => {
    options.conditions = ['@umbra/source', 'module'];
    // Less to read at every start. Names stay as they are: a stack trace has to tell something.
    options.minifyWhitespace = true;
    options.minifySyntax = true;
    options.charset = 'ascii';
  },
  plugins: [plainPatterns],
} satisfies Options;

export default defineConfig({
  ...javascript,
  entry: doorsOf(process.cwd()),
  // What others put into dist stays there: declarations, and the self-contained programs beside the library.
  clean: ['!**/*.d.ts', '!**/*.tsbuildinfo', '!shim.js', '!check-process.js'],
});
