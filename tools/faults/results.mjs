import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../dev/process.mjs';

/** What the long suites have counted, kept with the sources: the page of promises says it. */
const file = join(root, 'tools', 'faults', 'results.json');

/** @returns {import('../promises/page.mjs').LongResult[]} In the order of their names, and of their seeds. */
export const readResults = () => (existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : []);

/** The newest result of a suite takes the place of the one from the same seed: other seeds are other cases, which add up. */
export function keepResult(result) {
  const others = readResults().filter(({ suite, seed }) => suite !== result.suite || seed !== result.seed);
  const all = [...others, result].sort((one, other) => one.suite.localeCompare(other.suite) || one.seed - other.seed);
  writeFileSync(file, `${JSON.stringify(all, undefined, 2)}\n`);
}
