// Changes the sources whose faults would be silent in one place at a time, and counts how often a test notices:
// `npm run mutation [-- MODULE…] [--every 3]`, where every third change stands for all. Nothing is written to the sources: each
// change is made while they are loaded.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { createVitest } from 'vitest/node';
import { Failure, root, say } from './dev/process.mjs';
import { modules } from './mutation/modules.mjs';
import { endBusyChildren } from './mutation/end-busy-children.mjs';
import { keepMutations } from './mutation/results.mjs';
import { mutantsOf, mutated } from './mutation/mutants.mjs';

/** A change that makes a loop endless is noticed too. What a busy machine or a frozen process makes late is not. */
const longestSeconds = Math.max(10, 60 * Number(process.env.UMBRA_TEST_FACTOR ?? 1));
const patienceMs = 600_000;

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: { every: { type: 'string', default: '1' } },
});
const every = Number(values.every);
if (!Number.isSafeInteger(every) || every < 1) throw new Failure('--every takes a number from 1 on.');
const names = positionals.length > 0 ? positionals : Object.keys(modules);
for (const name of names) {
  if (!Object.hasOwn(modules, name))
    throw new Failure(`There is no module "${name}". Modules: ${Object.keys(modules).join(', ')}`);
}

const conditions = ['@umbra/source', 'module', 'node', 'development|production'];
const resolve = { conditions, externalConditions: ['@umbra/source'] };

/** The workspace's own configuration has a project for each package, none of which would know of the change. */
const options = (tests) => ({
  config: false,
  root,
  include: tests,
  watch: false,
  run: true,
  bail: 1,
  reporters: [{}],
  // It would keep the first form of each source.
  fsModuleCache: false,
  pool: 'forks',
  maxWorkers: 1,
  testTimeout: patienceMs,
  setupFiles: [join(root, 'tools/vitest/evidence.ts')],
  globalSetup: [join(root, 'tools/vitest/own-home.ts'), join(root, 'tools/vitest/restic-versions.mjs')],
});

let active;
const swap = {
  name: 'umbra:mutant',
  enforce: 'pre',
  transform: (code, id) => (id === active?.path ? mutated(code, active.mutant) : undefined),
};

async function specificationsOf(vitest, tests) {
  const specifications = await vitest.globTestSpecifications(tests);
  return specifications.toSorted((one, other) => orderOf(tests, one) - orderOf(tests, other));
}

const orderOf = (tests, { moduleId }) => tests.findIndex((name) => moduleId.endsWith(name));

async function report(name, sources, specifications, vitest) {
  if (!(await passes(vitest, specifications))) throw new Failure(`The tests of ${name} fail without any change.`);
  const all = sources.flatMap((source) =>
    mutantsOf(readFileSync(join(root, source), 'utf8')).map((mutant) => ({ source, mutant })),
  );
  const tried = all.filter((_, index) => index % every === 0);
  let noticed = 0;
  for (const { source, mutant } of tried) {
    const path = join(root, source);
    active = { path, mutant };
    vitest.invalidateFile(path);
    if (await passes(vitest, specifications)) say(`  survived: ${source}:${mutant.line}: ${mutant.what}`);
    else noticed += 1;
    vitest.invalidateFile(path);
  }
  const score = Math.floor((100 * noticed) / tried.length);
  say(`${name}: ${noticed} of ${tried.length} changes noticed, ${score} %, of ${all.length} that there are`);
  keepMutations(name, { all: all.length, changes: tried.length, noticed });
}

/** The quick tests first: most changes are noticed by them. */
async function passes(vitest, specifications) {
  for (const specification of specifications) {
    const watchdog = setInterval(() => endBusyChildren(longestSeconds), 1000);
    const { testModules } = await vitest.runTestSpecifications([specification]);
    clearInterval(watchdog);
    if (testModules.length === 0 || testModules.some((module) => !module.ok())) return false;
  }
  return true;
}

for (const name of names) {
  const { sources, tests } = modules[name];
  const vitest = await createVitest('test', options(tests), { plugins: [swap], resolve, ssr: { resolve } });
  try {
    await report(name, sources, await specificationsOf(vitest, tests), vitest);
  } finally {
    await vitest.close();
  }
}
// Vitest takes tests that fail for a failure, and here they are what is wanted.
process.exitCode = 0;
