// docs/promises.md, made of what the last run of the tests and the last long run counted: `npm test && npm run promises`.
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { format, resolveConfig } from 'prettier';
import { Failure, root, say } from './dev/process.mjs';
import { environment } from './faults/environment.mjs';
import { faults } from './faults/matrix.mjs';
import { readResults } from './faults/results.mjs';
import { readMutations } from './mutation/results.mjs';
import { page } from './promises/page.mjs';
import { groups } from './promises/promises.mjs';
import { readSoak } from './soak/results.mjs';

const report = join(root, '.cache', 'vitest.json');
const target = join(root, 'docs', 'promises.md');

function lastRun() {
  if (!existsSync(report)) throw new Failure('No run of the tests has left its report yet: npm test');
  const { startTime, testResults } = JSON.parse(readFileSync(report, 'utf8'));
  const commit = execFileSync('git', ['rev-parse', '--short=10', 'HEAD'], { cwd: root, encoding: 'utf8' }).trim();
  // What is replayed from a kept seed is a second result of its file.
  const byFile = Map.groupBy(testResults, ({ name }) => relative(root, name));
  const files = new Map([...byFile].map(([name, results]) => [name, fileResult(results)]));
  return { date: new Date(startTime).toISOString().slice(0, 10), commit, environment: environment(), files };
}

function fileResult(results) {
  const assertionResults = results.flatMap((result) => result.assertionResults);
  const of = (status) => assertionResults.filter((each) => each.status === status).length;
  return {
    passed: of('passed'),
    failed: of('failed'),
    skipped: assertionResults.length - of('passed') - of('failed'),
    tests: assertionResults.map(({ title, status }) => ({ title, status })),
    evidence: assertionResults.flatMap(({ status, meta }) => (status === 'passed' ? (meta?.evidence ?? []) : [])),
  };
}

const text = page(groups, lastRun(), readResults(), readMutations(), faults, readSoak());
writeFileSync(target, await format(text, { ...(await resolveConfig(target)), parser: 'markdown' }));
say(`Wrote ${relative(root, target)}`);
