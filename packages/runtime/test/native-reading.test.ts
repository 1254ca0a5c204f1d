import { execFileSync } from 'node:child_process';
import {
  linkSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Backend, SnapshotEntry, SnapshotFilter } from '@umbracore/contracts';
import { defineRepository, openRuntime, type Runtime } from '../src/index.ts';
import { makeRepository } from '../../../tools/testing/light-key.mjs';

const password = 'correct horse';

const versions = ['0.14.0', '0.18.0', '0.19.1'].flatMap((version) => {
  const program = process.env[`UMBRA_TEST_RESTIC_${version.replaceAll('.', '_')}`];
  return program === undefined ? [] : [{ version, program }];
});

const odd = ['line\nbreak', 'tab\t"quoted"', 'emoji 🙂 漢', 'back\\slash', ' ', '&<>\u2028', '\u0001'];

describe.concurrent.each(versions)('with restic $version', ({ program }) => {
  describe('in order', { concurrent: false }, () => {
    const folder = mkdtempSync(join(tmpdir(), 'umbra-native-'));
    const location = join(folder, 'repository');
    const sources = join(folder, 'sources');
    let runtime: Runtime;
    let native: Backend;
    let plain: Backend;

    const restic = (...args: readonly string[]): string =>
      execFileSync(program, ['-r', location, '--no-cache', ...args], {
        encoding: 'utf8',
        env: { PATH: process.env['PATH'], RESTIC_PASSWORD: password },
        stdio: ['ignore', 'pipe', 'ignore'],
      });
    const backendOf = (isNative: boolean): Promise<Backend> =>
      runtime.repositories.backend(
        defineRepository({
          name: isNative ? 'native' : 'plain',
          location,
          password: `file:${join(folder, 'password')}` as `file:/${string}`,
          native: isNative,
        }),
      );
    const listed = async (backend: Backend, id: string, path?: string): Promise<readonly SnapshotEntry[]> => {
      const entries: SnapshotEntry[] = [];
      for await (const entry of backend.list(id, path)) entries.push(entry);
      return entries;
    };

    beforeAll(async () => {
      makeRepository(location, password);
      writeFileSync(join(folder, 'password'), password, { mode: 0o600 });
      mkdirSync(join(sources, 'deep', 'deeper'), { recursive: true });
      for (const name of odd) writeFileSync(join(sources, 'deep', name), name);
      writeFileSync(Buffer.concat([Buffer.from(`${sources}/`), Buffer.of(0xff, 0x61, 0xe2, 0x82)]), 'raw');
      writeFileSync(join(sources, 'empty'), '');
      linkSync(join(sources, 'empty'), join(sources, 'same'));
      symlinkSync('nowhere', join(sources, 'link'));
      utimesSync(join(sources, 'empty'), 0, 1_000_000_000.123456);
      restic('backup', '--tag', 'one', '--tag', 'é', '--host', 'first', sources);
      writeFileSync(join(sources, 'deep', 'deeper', 'added'), 'added');
      restic('backup', '--tag', 'one', '--host', 'second', sources, join(sources, 'deep'));
      const [oldest] = JSON.parse(restic('--json', '--no-lock', 'snapshots'));
      restic('tag', '--add', 'later', oldest.id);
      runtime = await openRuntime({
        stateDir: join(folder, 'state'),
        logLevel: 'debug',
        env: { ...process.env, XDG_CACHE_HOME: join(folder, 'cache'), UMBRA_RESTIC: program },
      });
      native = await backendOf(true);
      plain = await backendOf(false);
    });
    afterAll(async () => {
      await runtime[Symbol.asyncDispose]();
      rmSync(folder, { recursive: true, force: true });
    });

    it.each<SnapshotFilter>([
      {},
      { tags: ['one'] },
      { tags: ['one', 'é'] },
      { tags: ['none'] },
      { tags: [' one'] },
      { host: 'second' },
      { host: 'third' },
      { ids: ['latest'] },
      { ids: ['0'.repeat(64)] },
      { ids: [] },
      { path: '/nowhere' },
    ])('gives the same snapshots for %j', async (filter) => {
      expect(await native.snapshots(filter)).toEqual(await plain.snapshots(filter));
    });

    it('gives the same snapshots by id and by path', async () => {
      const all = await plain.snapshots();
      expect(all).toHaveLength(2);
      for (const filter of [
        { ids: all.map(({ id }) => id) },
        { ids: all.map(({ shortId }) => shortId) },
        { path: sources },
        { path: `${sources}/deep` },
        { path: `${sources}/` },
        { path: sources, host: 'first', tags: ['later'] },
      ]) {
        expect(await native.snapshots(filter)).toEqual(await plain.snapshots(filter));
      }
    });

    it('gives the same entries', async () => {
      for (const { id } of await plain.snapshots()) {
        for (const path of [undefined, '/', sources, `${sources}/deep`, `${sources}/deep/${odd[0]}`, '/nowhere']) {
          expect(await listed(native, id, path)).toEqual(await listed(plain, id, path));
        }
        expect((await listed(native, id)).length).toBeGreaterThan(odd.length + 5);
      }
    });

    it('says the same of what is not there', async () => {
      for (const backend of [native, plain]) {
        await expect(listed(backend, '0'.repeat(64))).rejects.toMatchObject({ code: 'snapshot.absent' });
      }
    });

    it('says in the log why restic was asked', () => {
      const lines = readFileSync(join(runtime.paths.logDir, 'umbra.log'), 'utf8').trimEnd().split('\n');
      const reasons = lines.map((line) => JSON.parse(line)).filter(({ reason }) => reason !== undefined);
      const of = (name: string): Set<string> =>
        new Set(reasons.filter(({ repository }) => repository === name).map(({ reason }) => reason));
      expect([...of('plain')]).toEqual(['native reading is off for this repository']);
      expect([...of('native')]).toEqual(
        expect.arrayContaining([
          'backend.unsupported: This choice of snapshots is made by restic',
          expect.stringContaining('snapshot.absent'),
        ]),
      );
    });
  });
});
