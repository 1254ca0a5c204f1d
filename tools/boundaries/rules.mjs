// The star: everything may import contracts; only runtime imports the parts; only apps import runtime; a part never
// imports another part. See docs/architecture.md.
import { isBuiltin } from 'node:module';
import { posix } from 'node:path';
import { sourceFacts } from './source-facts.mjs';

const SCOPE = '@umbracore/';
const CONTAINER = ['inversify', 'reflect-metadata'];
const TIMER_MODULES = ['timers', 'timers/promises'];

/** Libraries that more than one package may own, and which. Schemas stand at the edge they guard. */
const SHARED_LIBRARIES = {
  zod: ['packages/config', 'packages/restic-adapter', 'packages/plugin-process', 'packages/xpc-bridge', 'apps/daemon'],
};

/** Where each ambient power may be used; everything else is handed it through a contract. */
const POWERS = {
  console: { allowed: /^apps\/cli\//, instead: 'the Log of contracts' },
  environment: {
    allowed: /^(apps|packages\/(config|runtime))\/|^packages\/integrations\/src\/env/,
    instead: 'a value from the configuration',
  },
  time: {
    allowed:
      /^(packages\/(runtime\/src\/system-clock|testkit\/src\/plugins\/real-clock|engine-process\/src\/shim|restic-reader\/src\/native\/check-process)|apps\/cli\/src\/wall-clock)\.ts$/,
    instead: 'the Clock of contracts',
  },
};

/**
 * Every breach of the boundaries in a list of `{ file, text }`: the sources and the package.json files, with paths
 * relative to the root. Each breach is `{ file, line, message }`.
 */
export function boundaryViolations(files) {
  const manifests = new Map(
    files
      .filter(({ file }) => posix.basename(file) === 'package.json')
      .map(({ file, text }) => [posix.dirname(file), JSON.parse(text)]),
  );
  const sources = files.filter(({ file }) => /\.m?[jt]sx?$/.test(file));
  return [
    ...[...manifests].flatMap(([folder, manifest]) => manifestViolations(folder, manifest)),
    ...ownershipViolations(manifests),
    ...sources.flatMap((source) => sourceViolations(source, manifests)),
  ];
}

const isTest = (file) => /\.test\.m?[jt]s$|\/test\//.test(file);
const packageFolderOf = (file) => file.split('/').slice(0, 2).join('/');
const isInternal = (name) => name.startsWith(SCOPE);

/** Parts whose integration tests need another part for real: a fake could not show what they show. */
const TESTED_WITH = {
  'packages/restic-adapter': ['engine-process'],
  'packages/plugin-process': ['engine-process'],
  'packages/borg-adapter': ['engine-process'],
};

/** Whether code of one package may know another package of ours, by the star rule. */
function mayImport(folder, name, { inTest = false } = {}) {
  const target = name.slice(SCOPE.length);
  if (inTest && (target === 'testkit' || folder.endsWith(`/${target}`))) return true;
  if (inTest && TESTED_WITH[folder]?.includes(target)) return true;
  if (folder === 'packages/contracts') return false;
  if (target === 'contracts') return true;
  // The daemon is a part of the program `umbra`, which starts it and is its client.
  if (folder === 'apps/cli' && target === 'daemon') return true;
  if (folder.startsWith('apps/')) return target === 'runtime';
  return folder === 'packages/runtime' && target !== 'cli' && target !== 'daemon';
}

const dependenciesOf = (folder, manifest) => ({
  ...manifest.dependencies,
  // An app is shipped as one bundle, so that what it is made of is needed to build it only.
  ...(folder.startsWith('apps/') && manifest.devDependencies),
});

function manifestViolations(folder, manifest) {
  if (folder === '.') return [];
  const file = `${folder}/package.json`;
  const shipped = Object.keys({ ...manifest.dependencies, ...manifest.peerDependencies }).filter(isInternal);
  const inTests = Object.keys(manifest.devDependencies ?? {}).filter(isInternal);
  const forbidden = [
    ...shipped.filter((name) => !mayImport(folder, name)),
    ...inTests.filter((name) => !mayImport(folder, name, { inTest: true })),
  ];
  return forbidden.map((name) => ({ file, line: 1, message: `${folder} must not depend on ${name}` }));
}

function ownershipViolations(manifests) {
  const owners = new Map();
  for (const [folder, manifest] of manifests) {
    if (folder === '.') continue;
    for (const name of Object.keys(dependenciesOf(folder, manifest)).filter((dependency) => !isInternal(dependency))) {
      owners.set(name, [...(owners.get(name) ?? []), folder]);
    }
  }
  return [...owners].flatMap(([name, folders]) => {
    const allowed = SHARED_LIBRARIES[name] ?? folders.slice(0, 1);
    const extra = folders.filter((folder) => !allowed.includes(folder));
    return extra.map((folder) => ({
      file: `${folder}/package.json`,
      line: 1,
      message: `${name} belongs to ${allowed.join(' and ')}`,
    }));
  });
}

function sourceViolations({ file, text }, manifests) {
  const facts = sourceFacts(file, text);
  const breaches = facts.imports.flatMap((imported) =>
    importProblems(file, imported, manifests).map((message) => ({ file, line: imported.line, message })),
  );
  if (isTest(file)) return breaches;
  for (const { power, text: used, line } of facts.uses) {
    if (!POWERS[power].allowed.test(file)) breaches.push({ file, line, message: instead(used, power) });
  }
  return breaches;
}

const instead = (used, power) => `${used} is not for this file: use ${POWERS[power].instead}`;

function importProblems(file, { specifier, names, typeOnly }, manifests) {
  const folder = packageFolderOf(file);
  if (specifier.startsWith('.')) return relativeProblems(file, folder, specifier);
  if (isBuiltin(specifier)) return builtinProblems(file, folder, specifier, names, typeOnly);
  const name = specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');
  const problems = [];
  if (isInternal(name) && !mayImport(folder, name, { inTest: isTest(file) }))
    problems.push(`${folder} must not import ${name}`);
  if (!isDeclared(name, file, manifests)) problems.push(`${name} is not declared in ${folder}/package.json`);
  if (CONTAINER.includes(name) && !mayUseContainer(file))
    problems.push(`${name} is for src/module.ts and packages/runtime only`);
  return problems;
}

function relativeProblems(file, folder, specifier) {
  const target = posix.join(posix.dirname(file), specifier);
  const stays = target.startsWith(`${folder}/`) || (isTest(file) && target.startsWith('tools/'));
  return stays ? [] : [`${specifier} leaves the package: import other packages by their name`];
}

function builtinProblems(file, folder, specifier, names, typeOnly) {
  if (isTest(file)) return [];
  const module = specifier.replace(/^node:/, '');
  const problems = [];
  if (!specifier.startsWith('node:')) problems.push(`write node:${specifier}`);
  if (folder === 'packages/contracts' && !typeOnly) problems.push('contracts import nothing at run time');
  if (TIMER_MODULES.includes(module) && takesTimer(names) && !POWERS.time.allowed.test(file))
    problems.push(instead(specifier, 'time'));
  if (module === 'process' && names.includes('env') && !POWERS.environment.allowed.test(file)) {
    problems.push(instead('process.env', 'environment'));
  }
  return problems;
}

// setImmediate is no time: it only lets others go first. No names: the whole module was taken.
const takesTimer = (names) =>
  names.length === 0 || names.some((name) => name !== 'setImmediate' && !name.startsWith('clear'));

const mayUseContainer = (file) =>
  isTest(file) || file.startsWith('packages/runtime/') || /^packages\/[^/]+\/src\/module\.ts$/.test(file);

function isDeclared(name, file, manifests) {
  const folder = packageFolderOf(file);
  const manifest = manifests.get(folder) ?? {};
  const declared = { ...dependenciesOf(folder, manifest), ...manifest.peerDependencies };
  if (isTest(file)) Object.assign(declared, manifest.devDependencies, manifests.get('.')?.devDependencies);
  return name in declared || name === manifest.name;
}
