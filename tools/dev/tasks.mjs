import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { demoRestic, fetchTestVersions, findRestic } from '../restic.mjs';
import { buildCli, umbra } from './bundle.mjs';
import { check, format, lint, typecheck } from './checks.mjs';
import { binary, callerFolder, Failure, mustRun, root, runNode, runNpm } from './process.mjs';
import { prepareTests, test, unit } from './test.mjs';

const script = (path, args, options) => {
  if (!existsSync(join(root, path))) throw new Failure(`${path} does not exist in this checkout.`);
  return runNode([join(root, path), ...args], options);
};

async function build() {
  const env = { ...process.env, NX_DAEMON: 'false', NX_TUI: 'false' };
  const nx = runNode([binary('nx/dist/bin/nx.js'), 'run-many', '-t', 'build', '--output-style=static-failures-only'], {
    env,
  });
  await mustRun('Building the packages', nx);
  await mustRun('Writing the declarations', typecheck());
}

/** The reports of public types, after a change that is meant. */
async function api(args) {
  await mustRun('Writing the declarations', typecheck());
  return script('tools/api.mjs', args);
}

/** The packages as strangers get them: `npm run packages -- scheduler --node 22`. */
async function packages(args) {
  await build();
  const env = { ...process.env, UMBRA_RESTIC: await findRestic() };
  return script('tools/packages.mjs', args, { env });
}

/** The next version of everything, from what .changeset says: to be looked at and committed. */
async function nextVersion() {
  await mustRun('changeset version', runNode([binary('@changesets/cli/bin.js'), 'version']));
  return relock();
}

async function release(args) {
  await build();
  return script('tools/publish.mjs', args);
}

async function demo(args) {
  await buildCli();
  const env = { ...process.env, UMBRA_RESTIC: await findRestic() };
  return script('tools/demo.mjs', args, { cwd: callerFolder, env });
}

async function bench(args) {
  await buildCli();
  const env = { ...process.env, UMBRA_RESTIC: await findRestic() };
  return script('tools/bench/run.mjs', args, { env });
}

/** Hours of what the tests do for seconds: `npm run test:faults -- kills --times 50`. */
async function testFaults(args) {
  await prepareTests();
  await fetchTestVersions();
  await buildCli();
  return script('tools/faults.mjs', args);
}

/** Tests of logical volumes, under a Linux that knows them: `npm run test:lvm`. */
async function testLvm() {
  await fetchTestVersions();
  await buildCli();
  return script('tools/lvm.mjs', []);
}

/** A daemon with a thousand jobs under load: `npm run soak -- --minutes 60`. */
async function soak(args) {
  await buildCli();
  const env = { ...process.env, UMBRA_RESTIC: await findRestic() };
  return script('tools/soak.mjs', args, { env });
}

/** How many small changes of the sources whose faults would be silent the tests notice: `npm run mutation -- verdict`. */
async function testMutants(args) {
  await fetchTestVersions();
  return script('tools/mutation.mjs', args);
}

/** Years with a report at the end: `npm run simulate-years -- 10 [SEED]`. */
const simulateYears = (args) =>
  runNode(['--conditions=@umbra/source', join(root, 'tools/simulate-years.mjs'), ...args]);

async function relock() {
  await mustRun('npm install', runNpm(['install', '--package-lock-only', '--loglevel=error']));
  return script('tools/complete-lock.mjs', []);
}

async function runUmbra(args) {
  await buildCli();
  const restic = demoRestic();
  const env = restic === undefined ? process.env : { ...process.env, UMBRA_RESTIC: restic };
  return runNode([umbra, ...args], { cwd: callerFolder, env });
}

/** Each takes the rest of the command line and returns the exit code, or nothing when all went well. */
export const tasks = {
  test,
  unit,
  check,
  typecheck,
  lint,
  format,
  build,
  api,
  packages,
  'next-version': nextVersion,
  release,
  sbom: (args) => script('tools/sbom.mjs', args, { cwd: callerFolder }),
  bundle: async () => void (await buildCli()),
  demo,
  bench,
  'test:faults': testFaults,
  'test:lvm': testLvm,
  mutation: testMutants,
  soak,
  promises: () => script('tools/promises.mjs', []),
  'simulate-years': simulateYears,
  umbra: runUmbra,
  'fetch-restic': async () => void (await fetchTestVersions()),
  relock,
  'new-package': (args) => script('tools/new-package.mjs', args),
  changeset: (args) => runNode([binary('@changesets/cli/bin.js'), ...args]),
};
