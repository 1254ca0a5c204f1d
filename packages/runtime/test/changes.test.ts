import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  renameSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { changesInCatalog, defineRepository, knownSnapshots, openRuntime, type Runtime } from '../src/index.ts';
import { makeRepository } from '../../../tools/testing/light-key.mjs';
import { changeTree, Dice } from '../../../tools/testing/random-tree.ts';

const password = 'correct horse';
const names = ['a', 'a.b', 'A', 'new\nline', 'quote"', 'emoji 🙂 漢', 'back\\slash', '-dash', 'ä', 'file'];

const pathsIn = (folder: string): readonly string[] =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((name) => join(folder, name));

/** What people do to their files: nothing that no two versions of restic tell alike. */
function edit(folder: string, dice: Dice): void {
  const file = join(folder, dice.of(['.', 'deep', 'deep/er', 'b']), dice.of(names));
  const files = pathsIn(folder).filter((path) => lstatSync(path).isFile());
  const old = files.length === 0 ? undefined : dice.of(files);
  const change = dice.below(9);
  if (change < 4 || old === undefined) {
    if (lstatSync(file, { throwIfNoEntry: false })?.isFile() === false) return;
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, dice.bytes(dice.of([0, 10, 10, 3000])));
  } else if (change === 4) rmSync(old);
  else if (change === 5) renameSync(old, `${old}${dice.below(9)}`);
  else if (change === 6) chmodSync(old, dice.of([0o600, 0o644, 0o755]));
  else if (change === 7) utimesSync(old, 1_700_000_000, dice.below(1_000_000_000));
  else {
    rmSync(old);
    symlinkSync('elsewhere', old);
  }
}

const versions = ['0.14.0', '0.19.1'].flatMap((version) => {
  const program = process.env[`UMBRA_TEST_RESTIC_${version.replaceAll('.', '_')}`];
  return program === undefined ? [] : [{ version, program }];
});

describe.concurrent.each(versions)('what the catalog compares as restic $version does', ({ version, program }) => {
  const folder = mkdtempSync(join(tmpdir(), 'umbra-changes-'));
  const location = join(folder, 'repository');
  const dice = new Dice(`changes ${version}`);
  const backUp = (sources: string, tag: string): void => {
    execFileSync(program, ['-r', location, '--no-cache', 'backup', '--quiet', '--host', 'm', '--tag', tag, sources], {
      env: { PATH: process.env['PATH'], RESTIC_PASSWORD: password },
      stdio: 'ignore',
    });
  };
  let runtime: Runtime;

  /** How many of all pairs of snapshots of a job the catalog is sure of; of those it has to say what restic says. */
  const sureOf = async (tag: string): Promise<readonly [sure: number, pairs: number]> => {
    const repository = defineRepository({
      name: 'home',
      location,
      password: `file:${join(folder, 'password')}` as `file:/${string}`,
    });
    await runtime.catalogs.catchUp(repository);
    const known = await knownSnapshots(runtime, repository, {});
    const backend = await runtime.repositories.backend(repository);
    const ids = known.snapshots.filter(({ tags }) => tags.includes(tag)).map(({ id }) => id);
    let sure = 0;
    for (const from of ids) {
      for (const to of ids) {
        const found = changesInCatalog(known, from, to);
        if (found?.isExact !== true) continue;
        sure += 1;
        const { changes } = await backend.diff(from, to, { metadata: false });
        expect(found.changes.filter(({ change }) => change !== 'metadata')).toEqual(changes);
      }
    }
    return [sure, ids.length ** 2];
  };

  beforeAll(async () => {
    makeRepository(location, password);
    writeFileSync(join(folder, 'password'), password, { mode: 0o600 });
    runtime = await openRuntime({
      stateDir: join(folder, 'state'),
      env: { ...process.env, XDG_CACHE_HOME: join(folder, 'cache'), UMBRA_RESTIC: program },
    });
  });
  afterAll(async () => {
    await runtime[Symbol.asyncDispose]();
    rmSync(folder, { recursive: true, force: true });
  });

  it('is all of it, where people edit their files', async () => {
    const sources = join(folder, 'sources');
    mkdirSync(sources);
    for (let turn = 0; turn < 5; turn += 1) {
      for (let count = 0; count < 12; count += 1) edit(sources, dice);
      backUp(sources, 'umbra-job:tame');
    }
    const [sure, pairs] = await sureOf('umbra-job:tame');
    expect(sure).toBe(pairs);
  });

  it('is nothing that it is not sure of, whatever there is', async () => {
    const wild = join(folder, 'wild');
    mkdirSync(wild);
    for (let turn = 0; turn < 4; turn += 1) {
      changeTree(wild, dice, 8);
      backUp(wild, 'umbra-job:wild');
    }
    const [sure, pairs] = await sureOf('umbra-job:wild');
    expect(sure).toBeLessThanOrEqual(pairs);
  });
});
