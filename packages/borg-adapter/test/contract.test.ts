import { randomBytes } from 'node:crypto';
import { chmodSync, cpSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { chmod } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Ability, Backend, RepositoryFacts } from '@umbracore/contracts';
import { backendCases, runCases, type BackendCase, type BackendSubject } from '@umbracore/testkit';
import { Bench, testClock } from './bench.ts';
import { borgProgram } from './borg-program.ts';

const mebibyte = 1024 * 1024;

/** Looks at borg's own way to make a repository; all others get a copy of one that is there. */
const aboutCreating = (one: BackendCase): boolean => one.name.startsWith('a created repository');

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

/** Root reads whatever there is, unless it gives up the capabilities for it. */
function withoutPrivilege(folder: string): string {
  if (process.getuid?.() !== 0) return borgProgram;
  const path = `${folder}/borg`;
  const rights = '-dac_override,-dac_read_search';
  const command = `exec setpriv --inh-caps=${rights} --bounding-set=${rights} '${borgProgram}' "$@"`;
  writeFileSync(path, `#!/bin/sh\n${command}\n`);
  chmodSync(path, 0o700);
  return path;
}

/** What borg cannot do at all: that it says so is a case of its own. */
const withoutBorg: readonly Ability[] = ['snapshot-ids', 'trees', 'find', 'check-new', 'copy', 'keys'];
const cases = backendCases.filter(({ needs = [] }) => !needs.some((need) => withoutBorg.includes(need)));

interface Made {
  readonly folder: string;
  readonly facts: RepositoryFacts;
}

describe.skipIf(borgProgram === '').concurrent('borg keeps the contract of a backend', () => {
  const workshop = new Bench(borgProgram);
  let made: Made;
  beforeAll(async () => {
    made = { folder: workshop.path('made'), facts: await workshop.backend('made').create() };
  });
  afterAll(() => workshop[Symbol.dispose]());

  function subjectFor(one: BackendCase): BackendSubject {
    const needsEyes = one.wants?.includes('makeUnreadable') === true;
    const bench = new Bench(needsEyes ? withoutPrivilege(workshop.folder) : borgProgram);
    if (!needsEyes) bench.knowVersionOf(workshop);
    const backend = bench.backend('repository');
    return {
      backend: aboutCreating(one) ? backend : prepared(backend, bench.path('repository'), made),
      folder: bench.path('sources'),
      makeUnreadable: (path) => chmod(path, 0o000),
      async slowSource() {
        const folder = bench.path('sources', 'slow');
        mkdirSync(folder);
        writeFileSync(`${folder}/large`, randomBytes(32 * mebibyte));
        return folder;
      },
      async [Symbol.asyncDispose]() {
        bench[Symbol.dispose]();
      },
    };
  }

  test.each(cases)('$name', async (one) => {
    const results = await runCases([one], { open: async () => subjectFor(one), clock: testClock });
    expect(results).toEqual([{ name: one.name, outcome: 'passed' }]);
  });
});
