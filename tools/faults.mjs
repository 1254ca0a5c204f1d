// Hours of what `npm test` does for seconds: `npm run test:faults [-- SUITE…] [--times 50] [--seed 7]`. What was counted is kept in
// tools/faults/results.json, for the page of promises; a seed that failed counts as a failure until it was tried again.
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { join, relative } from 'node:path';
import { parseArgs } from 'node:util';
import { binary, Failure, root, runNode, say } from './dev/process.mjs';
import { commit } from './faults/commit.mjs';
import { environment } from './faults/environment.mjs';
import { keepResult } from './faults/results.mjs';
import { keepSeed } from './faults/seeds.ts';
import { suites } from './faults/suites.mjs';

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: { times: { type: 'string', default: '10' }, seed: { type: 'string' } },
});
const factor = Number(values.times);
const seed = Number(values.seed ?? Math.floor(Math.random() * 2 ** 31));
const names = positionals.length > 0 ? positionals : Object.keys(suites);
if (!(factor > 0) || !Number.isSafeInteger(seed)) throw new Failure('--times and --seed take numbers.');

for (const name of names) {
  if (!Object.hasOwn(suites, name))
    throw new Failure(`There is no suite "${name}". Suites: ${Object.keys(suites).join(', ')}`);
}
for (const name of names) {
  const suite = suites[name];
  say(`${name}: ${suite.about}, ${factor} times what npm test does, seed ${seed}`);
  const { failed, ...result } = await counted(name, suite);
  keepResult(result);
  if (failed.length > 0) keepSeed({ suite: name, ...failureOf(failed), seed, times: factor, date: result.date });
  say(`${name}: ${result.missing ?? `${result.count} ${result.unit}, ${result.failures} failures`}`);
  if (result.failures > 0) process.exitCode = 1;
}

async function counted(name, { unit, files }) {
  const tried = commit();
  const parent = join(root, '.cache', 'faults');
  mkdirSync(parent, { recursive: true });
  const folder = mkdtempSync(join(parent, `${name}-`));
  try {
    const report = join(folder, 'report.json');
    const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`];
    const env = { ...process.env, UMBRA_TEST_FACTOR: String(factor), UMBRA_TEST_SEED: String(seed) };
    const args = ['run', ...reporters, `--testTimeout=${Math.ceil(120_000 * Math.max(1, factor))}`];
    await runNode([binary('vitest/vitest.mjs'), ...args, ...files], { env });
    return {
      suite: name,
      unit,
      seed,
      commit: tried,
      date: new Date().toISOString().slice(0, 10),
      environment: environment(),
      ...sums(report, unit),
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** A run that left no report failed before its first test. */
function sums(report, unit) {
  let tests;
  try {
    tests = JSON.parse(readFileSync(report, 'utf8')).testResults.flatMap(({ name, assertionResults }) =>
      assertionResults.map((each) => ({ ...each, file: relative(root, name) })),
    );
  } catch {
    return { count: 0, failures: 1, failed: [] };
  }
  const evidence = tests.flatMap(({ meta }) => meta?.evidence ?? []).filter((each) => each.unit === unit);
  const count = evidence.reduce((sum, each) => sum + each.count, 0);
  const failed = tests.filter(({ status }) => status === 'failed');
  const hasRun = tests.some(({ status }) => status === 'passed' || status === 'failed');
  return {
    count,
    failures: failed.length,
    failed,
    ...(!hasRun && { missing: 'what it needs is not on this machine' }),
  };
}

/** Where it failed, as the fast tier tries it again. */
function failureOf(failed) {
  return { files: [...new Set(failed.map(({ file }) => file))], found: failed[0].title };
}
