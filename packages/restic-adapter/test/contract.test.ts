import { randomBytes } from 'node:crypto';
import { chmodSync, cpSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { chmod } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Ability, Backend, RepositoryFacts } from '@umbracore/contracts';
import { backendCases, runCases, type BackendCase, type BackendSubject } from '@umbracore/testkit';
import { featuresOf } from '../src/features.ts';
import { makeRepository } from '../../../tools/testing/light-key.mjs';
import { newestRestic, resticVersions } from './restic-versions.ts';
import { Bench, testClock } from './subject.ts';

const mebibyte = 1024 * 1024;

/** Slow enough for a backup that is to be cancelled while it works. */
const definition = { limits: { uploadBytesPerSecond: 2 * mebibyte }, packSizeBytes: 4 * mebibyte };

const password = 'correct horse';

/** Looks at restic's own way to make a repository; all others get a copy of one that costs no time to open. */
const aboutCreating = (one: BackendCase): boolean => one.name.startsWith('a created repository');

interface Made {
  readonly folder: string;
  readonly facts: RepositoryFacts;
}

function prepared(backend: Backend, folder: string, made: Made): Backend {
  return {
    ...backend,
    create(operation) {
      if (existsSync(`${folder}/config`)) return backend.create(operation);
      cpSync(made.folder, folder, { recursive: true });
      return Promise.resolve(made.facts);
    },
  };
}

const names = ['repository', 'other'] as const;
type Name = (typeof names)[number];

const workshop = new Bench(newestRestic[0]?.program ?? '');
const madeOnes = new Map<Name, Made>();
beforeAll(async () => {
  for (const name of names) {
    const folder = workshop.path(name);
    makeRepository(folder, password);
    madeOnes.set(name, { folder, facts: await workshop.backend(name, {}, password).open() });
  }
});
afterAll(() => workshop[Symbol.dispose]());

/** Root reads whatever there is, unless it gives up the capabilities for it. */
function withoutPrivilege(bench: Bench, program: string): string {
  if (process.getuid?.() !== 0) return program;
  const path = bench.path('restic');
  const rights = '-dac_override,-dac_read_search';
  const command = `exec setpriv --inh-caps=${rights} --bounding-set=${rights} '${program}' "$@"`;
  writeFileSync(path, `#!/bin/sh\n${command}\n`);
  chmodSync(path, 0o700);
  return path;
}

function subjectFor(one: BackendCase, program: string): BackendSubject {
  const bench = new Bench(program);
  if (one.wants?.includes('makeUnreadable') === true) bench.use(withoutPrivilege(bench, program));
  const backendAt = (name: Name): Backend => {
    const backend = bench.backend(name, definition, password);
    const made = madeOnes.get(name);
    return aboutCreating(one) || made === undefined ? backend : prepared(backend, bench.path(name), made);
  };
  return {
    backend: backendAt('repository'),
    folder: bench.path('sources'),
    other: { backend: backendAt('other'), repository: bench.repository('other', definition, password) },
    makeUnreadable: (path) => chmod(path, 0o000),
    async slowSource() {
      const folder = bench.path('sources', 'slow');
      mkdirSync(folder);
      writeFileSync(`${folder}/large`, randomBytes(24 * mebibyte));
      return folder;
    },
    async [Symbol.asyncDispose]() {
      bench[Symbol.dispose]();
    },
  };
}

/** Obligations that the adapter meets by itself, whatever restic does: with one version they are proved for all. */
const adapterOnly = [
  'engine tells',
  'an operation that is cancelled before',
  'the percentage',
  'the last report',
  'a backup that is cancelled before',
  'resuming rejects',
  'what is not in supports',
  'holds is',
  'snapshots come oldest first',
  'forgetting nothing',
];

/** No version of restic gives trees, ids without a key, or remembers what it checked; whoever does, does so without it. */
const withoutRestic: readonly Ability[] = ['snapshot-ids', 'trees', 'check-new'];
const resticCases = backendCases.filter(({ needs = [] }) => !needs.some((need) => withoutRestic.includes(need)));

const casesFor = (version: string): readonly BackendCase[] =>
  version === newestRestic[0]?.version
    ? resticCases
    : resticCases
        .filter(({ name }) => !adapterOnly.some((start) => name.startsWith(start)))
        .filter(({ needs = [] }) => featuresOf(version).programOutput || !needs.includes('program-output'));

test('every obligation that is left out for old versions exists', () => {
  const absent = adapterOnly.filter((start) => !backendCases.some(({ name }) => name.startsWith(start)));
  expect(absent).toEqual([]);
});

describe.concurrent.each(resticVersions)('restic $version keeps the contract of a backend', ({ version, program }) => {
  // restic spends most of its time waiting, 200 ms for each lock.
  test.each(casesFor(version))('$name', async (one) => {
    const results = await runCases([one], { open: async () => subjectFor(one, program), clock: testClock });
    expect(results).toEqual([{ name: one.name, outcome: 'passed' }]);
  });
});
