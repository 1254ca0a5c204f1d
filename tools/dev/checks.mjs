import { binary, root, runNode } from './process.mjs';

/** Types of sources and tests; writes the packages' declarations on the way. */
export const typecheck = (args = []) => runNode([binary('typescript7/bin/tsc'), '-b', ...args]);

const oxlint = (args = []) => runNode([binary('oxlint/bin/oxlint'), '--type-aware', '--deny-warnings', ...args]);
const boundaries = () => runNode(['tools/boundaries.mjs']);
const formatting = () =>
  runNode([binary('prettier/bin/prettier.cjs'), '--check', '--cache', '--log-level=warn', '.'], { cwd: root });
const api = () => runNode(['tools/api.mjs', '--check']);
const lockfile = () => runNode(['tools/complete-lock.mjs', '--check']);

export async function lint(args) {
  const codes = [await oxlint(args), await boundaries()];
  return Math.max(...codes);
}

export function format(args) {
  const paths = args.length > 0 ? args : ['.'];
  return runNode([binary('prettier/bin/prettier.cjs'), '--write', '--cache', '--log-level=warn', ...paths]);
}

/** In this order: what is compared with the reports of the public types is what the first one writes. */
export const checks = { types: typecheck, api, lint: oxlint, boundaries, formatting, lockfile };

/** Every check to its end, so that one run shows all there is to mend. Returns the names of those that failed. */
export async function failedChecks() {
  const failed = [];
  for (const [name, start] of Object.entries(checks)) {
    const code = await start();
    console.log(`${code === 0 ? 'ok  ' : 'FAIL'} ${name}`);
    if (code !== 0) failed.push(name);
  }
  return failed;
}

export async function check() {
  return (await failedChecks()).length > 0 ? 1 : 0;
}
