// Publishes what is packed, each package behind those that it needs: `npm run release -- --dry-run`, or without it for good. A version that the registry
// has already is left out, so that a release that broke off can be gone on with. In a workflow with an identity of its own npm
// proves where each tarball comes from.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { parseArgs } from 'node:util';
import { Failure, npmCommand, root, say } from './dev/process.mjs';
import { pack } from './packages/pack.mjs';
import { closure, publishedPackages } from './packages/published.mjs';

const { values } = parseArgs({ options: { 'dry-run': { type: 'boolean', default: false } } });
const dryRun = values['dry-run'];
const inWorkflow = process.env.ACTIONS_ID_TOKEN_REQUEST_URL !== undefined;

const [program, ...first] = npmCommand();
const npm = (...args) => spawnSync(program, [...first, ...args], { cwd: root, encoding: 'utf8' });

const all = publishedPackages();
if (process.env.GITHUB_REPOSITORY !== undefined) all.forEach(nameRepository);
// Whoever needs another one needs more than that one.
const inOrder = all.toSorted((a, b) => closure([a.name], all).length - closure([b.name], all).length);

const work = mkdtempSync(join(tmpdir(), 'umbra-release-'));
try {
  const tarballs = pack(inOrder, work);
  for (const { name, manifest } of inOrder) publish(manifest, tarballs.get(name));
} finally {
  rmSync(work, { recursive: true, force: true });
}

function publish({ name, version }, tarball) {
  const id = `${name}@${version}`;
  if (!dryRun && npm('view', id, 'version').stdout.trim() === version) return say(`    ${id} is there already`);
  const options = ['--access', 'public', ...(dryRun ? ['--dry-run'] : []), ...(inWorkflow ? ['--provenance'] : [])];
  const { status, stdout, stderr } = npm('publish', tarball, ...options);
  if (status !== 0) throw new Failure(`${id} was not published:\n${stdout}${stderr}`);
  say(`ok  ${id}${dryRun ? ', by way of trial' : ''}`);
}

/** Provenance is refused to a package that does not say which repository it comes from. Only the workflow knows its name. */
function nameRepository({ folder, manifest }) {
  const url = `git+${process.env.GITHUB_SERVER_URL}/${process.env.GITHUB_REPOSITORY}.git`;
  manifest.repository = { type: 'git', url, directory: relative(root, folder) };
  writeFileSync(join(folder, 'package.json'), `${JSON.stringify(manifest, null, 2)}\n`);
}
