import { createHash } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { defineConfig, type Options } from 'tsup';
import { thirdPartyNotices } from '../../tools/notices/plugin.mjs';
import { selfContained } from '../../tools/tsup.package.ts';

type Plugin = NonNullable<Options['esbuildPlugins']>[number];

/** What is loaded only when one cannot do without, and where it is in the bundle. */
type Elsewhere = readonly (readonly [RegExp, (path: string) => string])[];

const elsewhere: Elsewhere = [
  [/^\.\.?\/main\.ts$|^\.\.\/actions\//, () => './main.js'],
  [/^\.\/quick\.ts$/, () => './quick.js'],
  [/^\.\/help\/layout\.ts$/, () => './help.js'],
  [/^\.\/carry-on\.ts$/, () => './carry-on.js'],
  [/^\.\.?\/doors\//, (path) => `./doors/${basename(path, '.ts')}.js`],
];

/** What reads and checks a configuration is a file of its own: a run mostly knows its configuration. */
const elsewhereThanRun: Elsewhere = [[/^@umbracore\/config$/, () => './reading.js'], ...elsewhere];

/** A daemon is loaded piece by piece: `umbra.ts` tells why. */
const elsewhereThanMain: Elsewhere = [[/\/doors\/daemon\.ts$/, () => './doors/daemon.js']];

/** Leaves out what is elsewhere, so that what has to be quick is one file, and a small one. */
const without = (places: Elsewhere): Plugin => ({
  name: 'without',
  setup(build) {
    for (const [filter, place] of places) {
      build.onResolve({ filter }, ({ path, kind }) =>
        kind === 'dynamic-import' ? { path: place(path), external: true } : undefined,
      );
    }
  },
});

/** Libraries that few calls need although a file that many need imports them: loaded with the first call of a method. */
const late: Readonly<Record<string, string>> = {
  'cron-parser':
    "export const CronExpressionParser = { parse: (...given) => require('cron-parser').CronExpressionParser.parse(...given) };",
};

const lateLibraries: Plugin = {
  name: 'late-libraries',
  setup(build) {
    build.onResolve({ filter: new RegExp(`^(?:${Object.keys(late).join('|')})$`) }, ({ path, kind, resolveDir }) =>
      kind === 'import-statement' ? { path, namespace: 'late', pluginData: resolveDir } : undefined,
    );
    build.onLoad({ filter: /.*/, namespace: 'late' }, ({ path, pluginData }) => ({
      contents: late[path] ?? '',
      resolveDir: String(pluginData),
    }));
  },
};

/** Libraries that few runs need: each is a file of its own, for even what is not run has to be read through. */
const seldom = ['@clack/prompts', 'cron-parser', 'execa', 'nodemailer', 'pino', 'zod'];

const aside = (libraries: readonly string[]): Plugin => ({
  name: 'aside',
  setup(build) {
    build.onResolve({ filter: new RegExp(`^(?:${libraries.join('|')})$`) }, ({ path }) => ({
      path,
      namespace: 'aside',
    }));
    build.onResolve({ filter: /^\.\/aside\// }, ({ path }) => ({ path, external: true }));
    build.onLoad({ filter: /.*/, namespace: 'aside' }, ({ path }) => ({
      contents: `module.exports = require('./aside/${path}.cjs');`,
    }));
  },
});

/** Modules of Node that load a dozen others: their functions are looked up when they are called, which few commands do. */
const dear: readonly string[] = ['node:child_process', 'node:crypto', 'node:net', 'node:tty'];
const isFunction = (value: unknown): value is object => typeof value === 'function';

/** Looks the function up when it is called, and so when `promisify` has made another one of it. */
function lateFunction(name: string, itself: object): string {
  const calls = `(...given) => __whole().${name}`;
  const called = `${calls}(...given)`;
  return promisify.custom in itself
    ? `/* @__PURE__ */ Object.assign(${called}, { [__promising]: ${calls}[__promising](...given) })`
    : called;
}

/**
 * Node's own modules as they are. To import one makes Node touch all that it exports: of `node:fs` that loads several others,
 * of `node:http` a whole HTTP client. That is several milliseconds of a start that is to take thirty, and a tenth of what the
 * daemon needs when it has nothing to do.
 */
const plainBuiltIns: Plugin = {
  name: 'plain-built-ins',
  setup(build) {
    // Each library has its own: what it takes of such a module is loaded with that library alone.
    build.onResolve({ filter: /^node:/ }, ({ path, kind, importer }) =>
      kind === 'import-statement'
        ? { path, namespace: 'plain-built-in', suffix: `?${/node_modules\/([^/]+)/.exec(importer)?.[1] ?? ''}` }
        : undefined,
    );
    build.onLoad({ filter: /.*/, namespace: 'plain-built-in' }, async ({ path }) => {
      const exported: Readonly<Record<string, unknown>> = await import(path);
      const names = Object.keys(exported).filter((name) => name !== 'default');
      const lines = names.map((name) => {
        const itself = exported[name];
        const isLate = dear.includes(path) && /^[a-z]/.test(name) && isFunction(itself);
        const given = isLate ? lateFunction(name, itself) : `/* @__PURE__ */ __member('${name}')`;
        return `export const ${name} = ${given};`;
      });
      // What is not used is left out of the bundle. On a Node that is too old the program only says so.
      const whole = `const __whole = () => process.getBuiltinModule?.('${path}');`;
      const member = 'const __member = (name) => __whole()?.[name];';
      const promising = `const __promising = /* @__PURE__ */ Symbol.for('${promisify.custom.description}');`;
      const itself = dear.includes(path) ? 'new Proxy({}, { get: (_, name) => __member(name) })' : '__whole()';
      const head = [whole, member, promising, `export default /* @__PURE__ */ ${itself};`];
      return { contents: [...head, ...lines].join('\n') };
    });
  },
};

/** One file for what has to start at once. Nothing in it is CommonJS. */
const atOnce = { ...selfContained, splitting: false, banner: {}, esbuildPlugins: [without(elsewhere), plainBuiltIns] };

/** For `loadProgram`, which keeps what was compiled of it. */
const asExpression = {
  ...selfContained,
  format: ['cjs'],
  outExtension: () => ({ js: '.cjs' }),
  splitting: false,
  banner: { js: '(function (exports, require, module, __fileUrl) {"use strict";const __itself = module;' },
  footer: { js: '})' },
  esbuildOptions: (options) => {
    selfContained.esbuildOptions(options);
    options.define = { 'import.meta.url': '__fileUrl' };
  },
  plugins: [
    ...selfContained.plugins,
    {
      name: 'mark',
      renderChunk: (code: string) => ({
        code: `${code.trimEnd()}//${createHash('sha256').update(code).digest('base64')}`,
      }),
    },
  ],
} satisfies Options;

/** What its session asks for later is in the same file. */
const itself: Plugin = {
  name: 'itself',
  setup(build) {
    build.onResolve({ filter: /\/doors\/(?:runtime|exposed-files)\.ts$/ }, ({ path, kind }) =>
      kind === 'dynamic-import' ? { path, namespace: 'itself' } : undefined,
    );
    build.onLoad({ filter: /.*/, namespace: 'itself' }, () => ({ contents: 'module.exports = __itself.exports;' }));
  },
};

const doors = Object.fromEntries(
  readdirSync('src/doors').map((name) => [`doors/${basename(name, '.ts')}`, `src/doors/${name}`]),
);

/** What the licences of others ask for goes with the programs. */
const notices: Plugin = thirdPartyNotices('dist/THIRD-PARTY-NOTICES.txt');

// Everything is inside, unpacked by nobody. What answers at once, what asks the daemon and what runs is one file each; elsewhere commands
// are chunks of their own, so that start-up loads what the command needs.
const bundles: readonly Options[] = [
  { ...atOnce, entry: { umbra: 'src/umbra.ts' } },
  { ...atOnce, entry: { quick: 'src/quick.ts' } },
  { ...atOnce, entry: { help: 'src/help/layout.ts' } },
  {
    ...asExpression,
    esbuildPlugins: [itself, without(elsewhereThanRun), lateLibraries, aside(seldom), plainBuiltIns],
    entry: { run: 'src/run.ts' },
  },
  {
    ...asExpression,
    esbuildPlugins: [
      without(elsewhereThanMain),
      lateLibraries,
      aside(seldom.filter((name) => name !== 'zod')),
      plainBuiltIns,
    ],
    entry: { main: 'src/main.ts' },
  },
  {
    ...selfContained,
    format: ['cjs'],
    banner: {},
    splitting: false,
    outExtension: () => ({ js: '.cjs' }),
    entry: Object.fromEntries(seldom.map((name) => [`aside/${name}`, fileURLToPath(import.meta.resolve(name))])),
  },
  {
    ...selfContained,
    splitting: false,
    esbuildPlugins: [plainBuiltIns],
    entry: { reading: '../../packages/config/src/index.ts' },
  },
  {
    ...selfContained,
    splitting: true,
    esbuildPlugins: [lateLibraries, aside(['cron-parser']), plainBuiltIns],
    entry: { main: 'src/main.ts', 'carry-on': 'src/daemon/carry-on.ts', 'plugin-api': 'src/plugin-api.ts', ...doors },
  },
  { ...selfContained, splitting: false, entry: { shim: '../../packages/engine-process/src/shim.ts' } },
  // Nothing of the command line is in it, and it starts engines under the same shim.
  { ...selfContained, splitting: false, entry: { 'umbra-helper': '../helper/src/umbra-helper.ts' } },
  {
    ...selfContained,
    splitting: false,
    entry: { 'check-process': '../../packages/restic-reader/src/native/check-process.ts' },
  },
];

export default defineConfig(
  bundles.map((bundle) => ({ ...bundle, esbuildPlugins: [notices, ...(bundle.esbuildPlugins ?? [])] })),
);
