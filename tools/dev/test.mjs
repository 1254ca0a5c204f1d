import { closeSync, mkdirSync, openSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { tryToFetchFaketime } from '../faketime.mjs';
import { fetchTestVersions } from '../restic.mjs';
import { tryToFetchServers } from '../servers.mjs';
import { tryToFetchStrace } from '../strace.mjs';
import { buildCli } from './bundle.mjs';
import { checks, failedChecks } from './checks.mjs';
import { binary, Failure, root, runNode, say } from './process.mjs';

const report = join(root, '.cache', 'vitest.json');
const checksLog = join(root, '.cache', 'checks.log');

/** Vitest alone: `npm run unit -- --project scheduler`. */
export const unit = (args) => runNode([binary('vitest/vitest.mjs'), 'run', ...args]);

/** Brings what some tests need and can do without: they are skipped and say so. */
export async function prepareTests() {
  await tryToFetchFaketime();
  await tryToFetchServers();
  await tryToFetchStrace();
}

/** Everything there is to check. A step that fails does not hide what the later ones find. */
export async function test(args) {
  await prepareTests();
  const failures = await failuresOf({ 'restic versions': fetchTestVersions, 'umbra bundle': buildCli });
  // What writes declarations comes first; the others fill the time in which tests wait.
  const [first, ...others] = Object.keys(checks);
  failures.push(...(await failedChecks([first])));
  const [tests, failed] = await Promise.all([countedTests(args), failedAside(others)]);
  failures.push(...failed);
  process.stdout.write(readFileSync(checksLog, 'utf8'));
  const preparations = 2;
  const failedInAll = tests.failed + failures.length;
  const passed = tests.passed + preparations + Object.keys(checks).length - failures.length;
  if (failures.length > 0) console.log(`\nNot in order: ${failures.join(', ')}`);
  console.log(`\n${passed} passed, ${failedInAll} failed${tests.skipped > 0 ? `, ${tests.skipped} skipped` : ''}`);
  return failedInAll > 0 ? 1 : 0;
}

/** What they say is kept, so that it is not between the lines of the tests. */
async function failedAside(names) {
  const log = openSync(checksLog, 'w');
  const failed = await failedChecks(names, log, log);
  closeSync(log);
  return failed;
}

async function failuresOf(steps) {
  const failures = [];
  for (const [name, step] of Object.entries(steps)) {
    try {
      await step();
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      say(error.message);
      failures.push(name);
    }
  }
  return failures;
}

async function countedTests(args) {
  mkdirSync(join(root, '.cache'), { recursive: true });
  rmSync(report, { force: true });
  const code = await unit(['--reporter=default', '--reporter=json', `--outputFile.json=${report}`, ...args]);
  const counts = readCounts();
  // A file that cannot be loaded, or an error outside any test, fails the run without a failed test.
  return code !== 0 && counts.failed === 0 ? { ...counts, failed: 1 } : counts;
}

function readCounts() {
  try {
    const { numPassedTests, numFailedTests, numPendingTests, numTodoTests } = JSON.parse(readFileSync(report, 'utf8'));
    return { passed: numPassedTests, failed: numFailedTests, skipped: numPendingTests + numTodoTests };
  } catch {
    return { passed: 0, failed: 1, skipped: 0 };
  }
}
