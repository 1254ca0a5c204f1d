import { spawnSync } from 'node:child_process';
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { Failure, npmCommand, root } from '../dev/process.mjs';

/** Packs packages that are built, as a registry would get them. Returns each tarball by the package's short name. */
export function pack(packages, folder) {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const chosen = packages.flatMap(({ manifest }) => ['--workspace', manifest.name]);
  const [program, ...args] = npmCommand();
  const packed = spawnSync(program, [...args, 'pack', ...chosen, '--json', '--pack-destination', folder], {
    cwd: root,
    encoding: 'utf8',
  });
  if (packed.status !== 0) throw new Failure(`npm pack failed:\n${packed.stderr || packed.stdout}`);
  const files = new Map(JSON.parse(packed.stdout).map(({ name, filename }) => [name, join(folder, filename)]));
  return new Map(packages.map(({ name, manifest }) => [name, files.get(manifest.name)]));
}
