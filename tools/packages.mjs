// Packages as strangers get them: each is packed, looked at by publint and are-the-types-wrong, installed alone into an empty folder under
// each line of Node, and does there what its README shows; programs in `examples` are compiled against them and run. `npm run packages -- [NAME…] [--node 22,24,26]`; the packages must be built.
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { Failure, root, say } from './dev/process.mjs';
import { installInto } from './packages/install.mjs';
import { justifiedLibraries, manifestProblems } from './packages/manifest-problems.mjs';
import { nodeOf, versions } from './packages/nodes.mjs';
import { pack } from './packages/pack.mjs';
import { makeWorld, play } from './packages/play.mjs';
import { playProgram } from './packages/play-program.mjs';
import { oursIn, playProject, projectManifest, projects } from './packages/projects.mjs';
import { closure, publishedPackages } from './packages/published.mjs';
import { readmeOf, unnamedImports } from './packages/readme.mjs';
import { tarballProblems } from './packages/tarball-problems.mjs';
import { trials } from './packages/trials.mjs';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { node: { type: 'string', default: Object.keys(versions).join(',') } },
});
const all = publishedPackages();
const unknown = positionals.filter((name) => !all.some((known) => known.name === name));
if (unknown.length > 0)
  throw new Failure(`No package ${unknown.join(', ')}: ${all.map(({ name }) => name).join(', ')}.`);
const chosen = positionals.length === 0 ? all : all.filter(({ name }) => positionals.includes(name));

/** The programs that a chosen package may have broken. */
const touched = Object.keys(projects).filter((name) =>
  closure(oursIn(projectManifest(name)), all).some((wanted) => chosen.some((one) => one.name === wanted)),
);

const problems = [];
const tell = (what, found) => {
  console.log(`${found.length === 0 ? 'ok  ' : 'FAIL'} ${what}`);
  problems.push(...found.map((problem) => `${what}: ${problem}`));
};

const work = mkdtempSync(join(tmpdir(), 'umbra-packages-'));
try {
  const tarballs = pack(all, join(work, 'tarballs'));
  const justified = justifiedLibraries(readFileSync(join(root, 'docs/decisions/0007-library-choices.md'), 'utf8'));
  for (const one of chosen) {
    const unnamed = unnamedImports(one).map((name) => `its README imports ${name} and does not tell to install it`);
    const found = [...manifestProblems(one, justified), ...unnamed, ...(await tarballProblems(tarballs.get(one.name)))];
    tell(`${one.name} is packed`, found);
  }
  for (const line of values.node.split(',')) {
    const node = await nodeOf(line);
    for (const one of chosen) tell(`${one.name} on Node ${line}`, installedProblems(one, tarballs, node));
    for (const name of touched) tell(`examples/${name} on Node ${line}`, projectProblems(name, tarballs, node));
  }
} finally {
  rmSync(work, { recursive: true, force: true });
}
for (const problem of problems) say(`\n${problem}`);
say(`\n${chosen.length} packages, ${problems.length} problems`);
process.exitCode = problems.length === 0 ? 0 : 1;

/** Installs what the README tells, and plays its example. */
function installedProblems(one, tarballs, node) {
  const { installs, examples } = readmeOf(one);
  const folder = mkdtempSync(join(work, `${one.name}-`));
  const also = (trials[one.name]?.also ?? []).map((name) => `@umbracore/${name}`);
  const names = installs.length === 0 ? [one.manifest.name] : installs;
  const wanted = [...names, ...also];
  const needed = closure(
    wanted.filter((name) => name.startsWith('@umbracore/')).map((name) => name.slice('@umbracore/'.length)),
    all,
  );
  const some = new Map([...tarballs].filter(([name]) => needed.includes(name)));
  const refused = installInto(join(folder, 'app'), wanted, some, node);
  if (refused !== undefined) return [refused];
  const restic = process.env.UMBRA_RESTIC;
  const world = join(folder, 'world');
  mkdirSync(world);
  makeWorld(world, restic);
  const place = { name: one.name, folder: join(folder, 'app'), world, restic, node };
  const wrong = one.manifest.bin === undefined ? play({ ...place, example: examples[0] }) : playProgram(place);
  rmSync(folder, { recursive: true, force: true });
  return wrong === undefined ? [] : [wrong];
}

/** Compiles and runs a program of somebody else against the tarballs. */
function projectProblems(name, tarballs, node) {
  const folder = mkdtempSync(join(work, `${name}-`));
  const wrong = playProject({ name, folder, all, tarballs, restic: process.env.UMBRA_RESTIC, node });
  rmSync(folder, { recursive: true, force: true });
  return wrong === undefined ? [] : [wrong];
}
