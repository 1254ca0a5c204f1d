import { randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Secret, type Backend, type Progress } from '@umbracore/contracts';
import { createResticBackend } from '@umbracore/restic-adapter';
import { makeRepository } from '../../../../tools/testing/light-key.mjs';
import { canServe, serverKinds, type Server } from '../../../../tools/testing/servers/start.ts';
import { resticVersions } from '../restic-versions.ts';
import { backupSpec, Bench, gather } from '../subject.ts';

const newest = resticVersions.at(-1)?.program ?? '';

describe.concurrent.each(serverKinds)('a repository on a server: $kind', (kind) => {
  describe.skipIf(!canServe(kind))('in order', { concurrent: false }, () => {
    const bench = new Bench(newest);
    const source = bench.path('sources', 'documents');
    let server: Server;
    const backendOf = (name: string, password?: string): Backend => {
      const { options, env } = server;
      const definition = { location: server.locationOf(name), options };
      const secrets = Object.fromEntries(Object.entries(env).map(([key, value]) => [key, new Secret(value)]));
      return createResticBackend({ ...bench.repository('far', definition, password), env: secrets }, bench.host);
    };

    beforeAll(async () => {
      for (const folder of [bench.path('data'), bench.path('own'), source]) mkdirSync(folder, { recursive: true });
      // One that costs nothing to open.
      makeRepository(bench.path('data', 'used'), 'correct horse');
      server = await kind.start(bench.path('data'), bench.path('own'));
      for (const name of ['a', 'b']) writeFileSync(join(source, name), randomBytes(300_000));
    });
    afterAll(async () => {
      await server.stop();
      bench[Symbol.dispose]();
    });

    it('is absent, then made', async () => {
      const fresh = backendOf('fresh');
      await expect(fresh.open()).rejects.toMatchObject({ code: 'repository.absent' });
      const { id } = await fresh.create();
      expect(id).toMatch(/^[0-9a-f]{64}$/);
    });

    it('is saved to, with progress, listed, restored from, thinned out and checked', async () => {
      const backend = backendOf('used');
      const reports: Progress[] = [];
      const report = (progress: Progress): void => void reports.push(progress);
      const first = await backend.backup(backupSpec([source]), { report });
      expect(first).toMatchObject({ complete: true, stats: { filesNew: 2 } });
      expect(reports.at(-1)).toMatchObject({ phase: 'done', percentage: 100, bytesProcessed: 600_000 });
      const gone = backend.backup(backupSpec([source], { parent: '0'.repeat(64) }));
      await expect(gone).rejects.toMatchObject({ code: 'snapshot.absent' });
      const second = await backend.backup(backupSpec([source], { parent: first.snapshot }));
      expect(await backend.holds(second.snapshot ?? '')).toBe(true);
      expect((await backend.snapshots()).map(({ id }) => id)).toEqual([first.snapshot, second.snapshot]);
      const entries = await gather(backend.list(first.snapshot ?? '', source));
      expect(entries.filter(({ type }) => type === 'file').map(({ size }) => size)).toEqual([300_000, 300_000]);
      const target = bench.path('restored');
      const what = { snapshot: second.snapshot ?? '', target, include: [], exclude: [] };
      await backend.restore({ ...what, overwrite: 'always', verify: false });
      expect(readFileSync(join(target, source, 'b')).equals(readFileSync(join(source, 'b')))).toBe(true);
      await backend.forget([first.snapshot ?? '']);
      expect(await backend.snapshots()).toHaveLength(1);
      expect(await backend.check({ type: 'all' })).toMatchObject({ sound: true, problems: [] });
      expect(await backend.locks()).toEqual([]);
    });

    it('does not open with a wrong password', async () => {
      await expect(backendOf('used', 'wrong one').open()).rejects.toMatchObject({ code: 'repository.wrong-password' });
    });

    it('says so when nobody answers, and does not hang', async () => {
      await server.stop();
      // Left alone, restic would try for a quarter of an hour.
      const unreachable = {
        code: 'repository.unreachable',
        message: expect.stringMatching(/refused|session|rclone|EOF/),
      };
      await expect(backendOf('used').snapshots()).rejects.toMatchObject(unreachable);
    });
  });
});
