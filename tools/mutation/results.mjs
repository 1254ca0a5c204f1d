import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../dev/process.mjs';
import { environment } from '../faults/environment.mjs';

/** What the last runs counted, by module: the page of promises says it. */
const file = join(root, 'tools', 'mutation', 'results.json');

export const readMutations = () => (existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : {});

export function keepMutations(module, counts) {
  const date = new Date().toISOString().slice(0, 10);
  const results = { ...readMutations(), [module]: { ...counts, date, environment: environment() } };
  const sorted = Object.fromEntries(Object.entries(results).toSorted(([one], [other]) => one.localeCompare(other)));
  writeFileSync(file, `${JSON.stringify(sorted, undefined, 2)}\n`);
}
