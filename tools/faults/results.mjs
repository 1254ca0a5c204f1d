import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../dev/process.mjs';

/** What the long suites have counted, kept with the sources: the page of promises says it. */
const file = join(root, 'tools', 'faults', 'results.json');

/** @returns {import('../promises/page.mjs').LongResult[]} In the order of their names. */
export const readResults = () => (existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : []);

/** The newest result of a suite takes the place of the one before. */
export function keepResult(result) {
  const others = readResults().filter(({ suite }) => suite !== result.suite);
  const all = [...others, result].sort((one, other) => one.suite.localeCompare(other.suite));
  writeFileSync(file, `${JSON.stringify(all, undefined, 2)}\n`);
}
