// The public types of each package, written down in its api.txt, so that a review sees what a change does to those who use it.
// `npm run api` renews the reports; with --check it only says which are out of date. Reads the declarations that `tsc -b` wrote.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { reportOf } from './api/report.mjs';
import { root } from './dev/process.mjs';
import { publishedPackages } from './packages/published.mjs';

const checking = process.argv.includes('--check');
const outdated = publishedPackages()
  .filter(({ manifest }) => Object.values(manifest.exports).some(({ types }) => types !== undefined))
  .map((one) => ({ file: join(one.folder, 'api.txt'), report: reportOf(one) }))
  .map((one) => ({ ...one, committed: existsSync(one.file) ? readFileSync(one.file, 'utf8') : '' }))
  .filter(({ report, committed }) => report !== committed);

for (const { file, report, committed } of outdated) {
  const name = relative(root, file);
  if (checking) console.error(`${name} is out of date: ${firstDifference(committed, report)}`);
  else writeFileSync(file, report);
}
if (checking && outdated.length > 0) {
  console.error('The public types changed. Renew the reports with `npm run api`, and look at what they say.');
  process.exitCode = 1;
}

function firstDifference(before, after) {
  const [old, now] = [before, after].map((text) => text.split('\n'));
  const at = now.findIndex((line, index) => line !== old[index]);
  return at < 0 ? 'something went' : `line ${at + 1} should be: ${now[at].trim()}`;
}
