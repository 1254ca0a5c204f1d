import { writeSync } from 'node:fs';
import { binary, runNode } from './process.mjs';

/** Types of sources and tests; writes the packages' declarations on the way. */
export const typecheck = (args = [], options) => runNode([binary('typescript7/bin/tsc'), '-b', ...args], options);

const oxlint = (args = [], options) =>
  runNode([binary('oxlint/bin/oxlint'), '--type-aware', '--deny-warnings', ...args], options);
const boundaries = (options) => runNode(['tools/boundaries.mjs'], options);
const formatting = (options) =>
  runNode([binary('prettier/bin/prettier.cjs'), '--check', '--cache', '--log-level=warn', '.'], options);
const api = (options) => runNode(['tools/api.mjs', '--check'], options);
const lockfile = (options) => runNode(['tools/complete-lock.mjs', '--check'], options);

export async function lint(args) {
  const codes = [await oxlint(args), await boundaries()];
  return Math.max(...codes);
}

export function format(args) {
  const paths = args.length > 0 ? args : ['.'];
  return runNode([binary('prettier/bin/prettier.cjs'), '--write', '--cache', '--log-level=warn', ...paths]);
}

/** In this order: what is compared with the reports of the public types is what the first one writes. */
export const checks = {
  types: (options) => typecheck([], options),
  api,
  lint: (options) => oxlint([], options),
  boundaries,
  formatting,
  lockfile,
};

/**
 * Each of these checks to its end, so that one run shows all there is to mend. Returns the names of those that failed. What they
 * say goes to these descriptors.
 */
export async function failedChecks(names = Object.keys(checks), out = 1, err = 2) {
  const failed = [];
  for (const name of names) {
    const code = await checks[name]({ stdio: ['inherit', out, err] });
    writeSync(out, `${code === 0 ? 'ok  ' : 'FAIL'} ${name}\n`);
    if (code !== 0) failed.push(name);
  }
  return failed;
}

export async function check() {
  return (await failedChecks()).length > 0 ? 1 : 0;
}
