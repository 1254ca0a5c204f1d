import { globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { root } from '../dev/process.mjs';

/** Every package that goes to a registry, by its name without the scope, as `{ name, folder, manifest }`. */
export function publishedPackages() {
  return globSync('{packages,apps}/*/package.json', { cwd: root })
    .toSorted()
    .map((file) => ({
      folder: join(root, dirname(file)),
      manifest: JSON.parse(readFileSync(join(root, file), 'utf8')),
    }))
    .filter(({ manifest }) => manifest.private !== true)
    .map((found) => ({ name: shortName(found.manifest.name), ...found }));
}

export const shortName = (name) => name.replace(/^@umbracore\//, '');

/** The packages of ours that a package needs when it runs, with those that these need. */
export function closure(names, packages) {
  const found = new Set();
  const add = (name) => {
    if (found.has(name)) return;
    found.add(name);
    const { manifest } = packages.find((known) => known.name === name);
    for (const wanted of Object.keys(manifest.dependencies ?? {})) {
      if (wanted.startsWith('@umbracore/')) add(shortName(wanted));
    }
  };
  names.forEach(add);
  return [...found];
}
