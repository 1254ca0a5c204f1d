import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Backend, RepositoryDefinition, SnapshotEntry } from '@umbracore/contracts';
import { defineRepository, openRuntime, type Catalog, type Runtime } from '../src/index.ts';
import { makeRepository } from '../../../tools/testing/light-key.mjs';
import { changeTree, Dice } from '../../../tools/testing/random-tree.ts';

const password = 'correct horse';

const patterns = [
  '*e*',
  'file-1*',
  'file-[0-3]?',
  'name',
  '/tmp/*/sources/*',
  '/tmp/**/A',
  'sources/[!a-e]*',
  'sources/[^a-e]*',
  'line?break',
  String.raw`back\\slash\\`,
  '*"*',
  'emoji 🙂*',
  '?',
  '**/pipe',
  'sources/**/a',
  'Ä',
  '/',
  '.',
];

const versions = [
  { version: '0.14.0', snapshots: 3, patterns: ['*e*', 'file-[0-3]?', '/tmp/**/A'] },
  { version: '0.19.1', snapshots: 6, patterns },
].flatMap((each) => {
  const program = process.env[`UMBRA_TEST_RESTIC_${each.version.replaceAll('.', '_')}`];
  return program === undefined ? [] : [{ ...each, program }];
});

describe.concurrent.each(versions)('with restic $version', ({ program, snapshots, patterns: asked }) => {
  describe('in order', { concurrent: false }, () => {
    const folder = mkdtempSync(join(tmpdir(), 'umbra-catalog-'));
    const location = join(folder, 'repository');
    const sources = join(folder, 'sources');
    const dice = new Dice(program.slice(-20));
    let runtime: Runtime;

    const restic = (...args: readonly string[]): string =>
      execFileSync(program, ['-r', location, '--no-cache', ...args], {
        encoding: 'utf8',
        env: { PATH: process.env['PATH'], RESTIC_PASSWORD: password },
        stdio: ['ignore', 'pipe', 'ignore'],
      });
    // Each name has a location of its own, so that its catalog is its own.
    const repository = (native: boolean): RepositoryDefinition =>
      defineRepository({
        name: native ? 'trees' : 'lists',
        location: native ? location : `${location}/`,
        password: `file:${join(folder, 'password')}` as `file:/${string}`,
        native,
      });
    const backUp = (...tags: readonly string[]): void => {
      changeTree(sources, dice, 25);
      restic('backup', '--host', 'machine', ...tags.flatMap((tag) => ['--tag', tag]), sources);
    };
    const filled = async (native: boolean): Promise<{ catalog: Catalog; backend: Backend }> => {
      await runtime.catalogs.catchUp(repository(native));
      const catalog = runtime.catalogs.find(repository(native));
      if (catalog === undefined) throw new Error('there is no catalog');
      // What it is compared with is what restic itself says.
      return { catalog, backend: await runtime.repositories.backend(repository(false)) };
    };
    const expectAgreement = async (catalog: Catalog, backend: Backend): Promise<void> => {
      const all = await backend.snapshots();
      expect(catalog.snapshots()).toEqual(all);
      for (const { id } of all) {
        const listed: SnapshotEntry[] = [];
        for await (const entry of backend.list(id)) listed.push(entry);
        expect([...catalog.list(id)].toSorted(byText)).toEqual(listed.toSorted(byText));
      }
    };
    const asLines = (
      some: readonly { readonly snapshot: string; readonly entry: SnapshotEntry }[],
    ): readonly string[] =>
      some
        .map(({ snapshot, entry }) => JSON.stringify([snapshot, entry.path, entry.type, entry.size, entry.modifiedAt]))
        .sort();

    beforeAll(async () => {
      makeRepository(location, password);
      writeFileSync(join(folder, 'password'), password, { mode: 0o600 });
      mkdirSync(join(sources, 'deep', 'deeper'), { recursive: true });
      for (let turn = 0; turn < snapshots; turn += 1) backUp(turn % 3 === 2 ? 'umbra-job:other' : 'umbra-job:one');
      runtime = await openRuntime({
        stateDir: join(folder, 'state'),
        env: { ...process.env, XDG_CACHE_HOME: join(folder, 'cache'), UMBRA_RESTIC: program },
      });
    });
    afterAll(async () => {
      await runtime[Symbol.asyncDispose]();
      rmSync(folder, { recursive: true, force: true });
    });

    it.each([true, false])('holds what restic lists, read as trees: %s', async (native) => {
      const { catalog, backend } = await filled(native);
      await expectAgreement(catalog, backend);
    });

    it.each(asked)('finds what restic finds for %s', async (pattern) => {
      const { catalog, backend } = await filled(true);
      for (const ignoreCase of [false, true]) {
        const theirs = await backend.find({ pattern, ignoreCase, snapshots: {} });
        const ours = [...catalog.find({ pattern, ignoreCase })].flatMap(({ entry, snapshots }) =>
          snapshots.map((snapshot) => ({ snapshot, entry })),
        );
        expect(asLines(ours)).toEqual(asLines(theirs));
      }
    });

    it('follows what is forgotten, tagged and added', async () => {
      await filled(true);
      const [first, second] = JSON.parse(restic('--json', '--no-lock', 'snapshots')) as { readonly id: string }[];
      restic('forget', first?.id ?? '');
      restic('tag', '--add', 'umbra-pin', second?.id ?? '');
      backUp('umbra-job:one');
      for (const native of [true, false]) {
        const { catalog, backend } = await filled(native);
        await expectAgreement(catalog, backend);
      }
    });
  });
});

const byText = (one: SnapshotEntry, other: SnapshotEntry): number =>
  JSON.stringify(one) < JSON.stringify(other) ? -1 : 1;
