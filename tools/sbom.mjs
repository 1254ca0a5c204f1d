// What the program and the packages are made of, as CycloneDX: `npm run sbom -- FILE`, or to standard output. From the lockfile; what is bundled into
// the program counts, which npm would leave out as a dependency of development.
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Failure, npmCommand, root } from './dev/process.mjs';
import { publishedPackages } from './packages/published.mjs';

const [file] = process.argv.slice(2);
const workspaces = publishedPackages().flatMap(({ manifest }) => ['--workspace', manifest.name]);
const [program, ...first] = npmCommand();
const args = ['sbom', '--sbom-format', 'cyclonedx', '--sbom-type', 'application', '--package-lock-only', ...workspaces];
const { status, stdout, stderr } = spawnSync(program, [...first, ...args], {
  cwd: root,
  encoding: 'utf8',
  maxBuffer: 64 * 1024 ** 2,
});
if (status !== 0) throw new Failure(`npm sbom failed:\n${stderr}`);

const { version } = JSON.parse(readFileSync(join(root, 'apps/cli/package.json'), 'utf8'));
const bom = JSON.parse(stdout);
// npm names it after the folder of the checkout.
const name = 'umbracore';
Object.assign(bom.metadata.component, { name, version, purl: `pkg:npm/${name}@${version}` });
const text = `${JSON.stringify(bom, null, 2)}\n`;
if (file === undefined) process.stdout.write(text);
else writeFileSync(file, text);
