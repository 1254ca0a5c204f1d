// What needs no build; `npm run packages` does the rest.
import { existsSync, globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { root } from './dev/process.mjs';
import { justifiedLibraries, manifestProblems } from './packages/manifest-problems.mjs';
import { closure, publishedPackages } from './packages/published.mjs';
import { oursIn, projectManifest, projects } from './packages/projects.mjs';
import { ours, readmeOf, unnamedImports } from './packages/readme.mjs';
import { trials } from './packages/trials.mjs';

const all = publishedPackages();
const justified = justifiedLibraries(readFileSync(join(root, 'docs/decisions/0007-library-choices.md'), 'utf8'));

describe.each(all.map((one) => [one.name, one]))('the package %s', (name, one) => {
  test('has the manifest that strangers can rely on', () => {
    expect(manifestProblems(one, justified)).toEqual([]);
  });

  test('has its doors where its sources are', () => {
    const sources = Object.values(one.manifest.exports).flatMap((door) => door['@umbra/source'] ?? []);
    expect(sources.filter((source) => !existsSync(join(one.folder, source)))).toEqual([]);
  });

  test('tells in its README to install all that its examples import', () => {
    expect(unnamedImports(one)).toEqual([]);
  });

  test('has its README played', () => {
    const { examples, installs } = readmeOf(one);
    expect(one.manifest.bin !== undefined || (examples.length > 0 && Object.hasOwn(trials, name))).toBe(true);
    for (const [open] of trials[name]?.instead ?? []) expect(examples[0]).toContain(open);
    expect(ours(installs).filter((wanted) => !all.some((known) => known.name === wanted))).toEqual([]);
  });
});

describe.each(Object.keys(projects))('the project examples/%s', (name) => {
  test('wants what it imports, and nothing else of ours', () => {
    const manifest = projectManifest(name);
    const sources = globSync(`examples/${name}/*.ts`, { cwd: root }).map((file) =>
      readFileSync(join(root, file), 'utf8'),
    );
    const imported = sources.flatMap((text) => [...text.matchAll(/from '@umbracore\/([^/']+)/g)].map(([, one]) => one));
    expect(new Set(oursIn(manifest))).toEqual(new Set(imported));
    // A release changes no example.
    for (const one of oursIn(manifest)) expect(manifest.dependencies[`@umbracore/${one}`]).toBe('latest');
  });

  test('is compiled with every strict setting, declarations of libraries included', () => {
    const { compilerOptions } = JSON.parse(readFileSync(join(root, 'examples', name, 'tsconfig.json'), 'utf8'));
    const strict = {
      strict: true,
      skipLibCheck: false,
      exactOptionalPropertyTypes: true,
      noUncheckedIndexedAccess: true,
    };
    expect(compilerOptions).toMatchObject(strict);
    expect(compilerOptions.customConditions).toBeUndefined();
  });
});

test('packages bring those of ours that they need', () => {
  expect(closure(['restic-adapter'], all)).toEqual(['restic-adapter', 'contracts']);
});

test('a manifest that strangers cannot rely on is found out', () => {
  const manifest = {
    version: '1.0.0',
    scripts: { build: 'tsup', postinstall: 'node x' },
    dependencies: { '@umbracore/contracts': '1.0.0', zod: '^4.0.0', leftpad: '1.0.0' },
    peerDependencies: { zod: '4' },
  };
  expect(manifestProblems({ manifest }, ['zod'])).toEqual([
    'runs "postinstall" on the machine of whoever installs it',
    'wants @umbracore/contracts 1.0.0 and not ^1.0.0',
    'wants zod ^4.0.0, which is no exact version',
    'depends on leftpad, and docs/decisions/0007-library-choices.md does not say why',
    'wants zod also of those who do not need it',
  ]);
});
