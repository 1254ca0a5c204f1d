import { existsSync, readdirSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';
import { readSeeds, replays } from './tools/faults/seeds.ts';
import LongestFirst from './tools/vitest/longest-first.ts';
import { builtPrograms } from './tools/vitest/programs.mjs';

// Everything resolves to workspace sources, so that no test needs a build of another package.
const conditions = ['@umbra/source', 'module', 'node', 'development|production'];

/** Each takes some hundred megabytes, with what its tests start. */
const mostWorkers = 9;

const folders = ['packages', 'apps']
  .flatMap((parent) => readdirSync(parent).map((name) => ({ name, root: `${parent}/${name}` })))
  .filter(({ root }) => existsSync(`${root}/package.json`));

/** By name, for `--project scheduler`. */
const each = [
  ...folders.map(({ name, root }) => ({
    extends: true as const,
    test: { name, root, include: ['src/**/*.test.ts', 'test/**/*.test.ts'] },
  })),
  { extends: true as const, test: { name: 'examples', root: 'examples', include: ['test/**/*.test.ts'] } },
  {
    extends: true as const,
    test: { name: 'tools', root: 'tools', include: ['**/*.test.{mjs,ts}'], exclude: ['node/**'] },
  },
];

/** In one project a worker goes on with whatever file comes next, and with all it has loaded; another one would start anew. */
const all = {
  extends: true as const,
  test: {
    include: each.flatMap(({ test: { root, include } }) => include.map((files) => `${root}/${files}`)),
    exclude: ['**/node_modules/**', 'tools/node/**'],
  },
};

const oneIsChosen = process.argv.some((word) => word.startsWith('--project'));

export default defineConfig({
  plugins: [builtPrograms],
  resolve: { conditions },
  ssr: { resolve: { conditions, externalConditions: ['@umbra/source'] } },
  test: {
    pool: 'forks',
    // Whole programs wait two thirds of the time: for each other, for the disk, for the clock.
    maxWorkers: Math.min(3 * availableParallelism() + 1, mostWorkers),
    // No test changes what is global, so files may share a process.
    isolate: false,
    sequence: { sequencer: LongestFirst },
    // Only for what hangs: the machine may be busy, and tests that wait do so together.
    testTimeout: 120_000,
    hookTimeout: 120_000,
    globalSetup: [
      'tools/vitest/own-home.ts',
      'tools/vitest/programs.mjs',
      'tools/vitest/restic-versions.mjs',
      'tools/vitest/servers.mjs',
      'tools/vitest/strace.mjs',
      'tools/vitest/wall-clock.mjs',
    ],
    setupFiles: [fileURLToPath(new URL('tools/vitest/evidence.ts', import.meta.url))],
    coverage: { include: ['packages/*/src/**', 'apps/*/src/**'], exclude: ['**/*.test.ts'] },
    projects: [...(oneIsChosen ? each : [all]), ...replays(readSeeds())],
  },
});
