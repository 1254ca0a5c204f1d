// Makes a part of the standard shape: `npm run new-package -- NAME "One sentence on what it owns"`.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { root } from './dev/process.mjs';

const json = (value) => `${JSON.stringify(value, null, 2)}\n`;
const readJson = (path) => JSON.parse(readFileSync(join(root, path), 'utf8'));

/** The files of a new part, by path. What it shares with its neighbours is taken from one of them. */
export function partFiles(name, description, like) {
  const folder = `packages/${name}`;
  const contracts = { '@umbracore/contracts': like.dependencies['@umbracore/contracts'] };
  const scripts = Object.entries(like.scripts).map(([task, command]) => [task, command.replace('scheduler', name)]);
  const manifest = {
    ...like,
    name: `@umbracore/${name}`,
    description,
    scripts: Object.fromEntries(scripts),
    dependencies: contracts,
  };
  return {
    [`${folder}/package.json`]: json(manifest),
    [`${folder}/tsconfig.json`]: readFileSync(join(root, 'packages/scheduler/tsconfig.json'), 'utf8'),
    [`${folder}/README.md`]: `# @umbracore/${name}\n\n${description}.\n`,
    [`${folder}/src/index.ts`]: 'export {};\n',
    [`${folder}/src/module.ts`]: 'export {};\n',
  };
}

function addReference(config, folder) {
  const { references, ...rest } = readJson(config);
  writeFileSync(join(root, config), json({ ...rest, references: [{ path: folder }, ...references] }));
}

function make(name, description) {
  const folder = `packages/${name}`;
  if (!/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(name ?? '') || !description) {
    throw new Error('Usage: npm run new-package -- NAME "One sentence on what it owns"');
  }
  if (existsSync(join(root, folder))) throw new Error(`${folder} is there already.`);
  for (const [path, text] of Object.entries(
    partFiles(name, description, readJson('packages/scheduler/package.json')),
  )) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  for (const config of ['tsconfig.json', 'tsconfig.tests.json']) addReference(config, folder);
  console.log(
    `Made ${folder}. Next: name it in packages/runtime (package.json, tsconfig.json, compose), then npm run relock.`,
  );
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  try {
    make(...process.argv.slice(2));
  } catch (error) {
    console.error(error.message);
    process.exitCode = 1;
  }
}
