import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import type { Backend } from '@umbracore/contracts';
import { restPassword, startRestServer } from './servers/memory-rest.ts';
import { describeEach, outermostRestics } from './restic-versions.ts';
import { backupSpec, Bench } from './subject.ts';

describeEach(outermostRestics, 'a remote repository with restic $version', ({ version, program }) => {
  const bench = new Bench(program);
  let server: Awaited<ReturnType<typeof startRestServer>>;
  let backend: Backend;
  const source = bench.path('sources', 'small');

  beforeAll(async () => {
    bench.prepared('seed');
    server = await startRestServer(bench.path('seed'));
    backend = bench.backend('far', { location: server.location });
    mkdirSync(source);
    writeFileSync(`${source}/a`, randomBytes(100_000));
  });
  afterAll(async () => {
    await server[Symbol.asyncDispose]();
    bench[Symbol.dispose]();
  });

  it('is absent, then created', async () => {
    await using empty = await startRestServer();
    const young = bench.backend('new', { location: empty.location });
    await expect(young.open()).rejects.toMatchObject({ code: 'repository.absent' });
    const { id } = await young.create();
    expect(await young.open()).toMatchObject({ id, format: 2 });
    await expect(young.create()).rejects.toMatchObject({ code: 'repository.exists' });
  });

  it('is saved to', async () => {
    const { snapshot, complete } = await backend.backup(backupSpec([source]));
    expect(complete).toBe(true);
    expect(await backend.holds(snapshot ?? '')).toBe(true);
    expect(await backend.holds('0'.repeat(64))).toBe(false);
    const gone = backend.backup(backupSpec([source], { parent: '0'.repeat(64) }));
    await expect(gone).rejects.toMatchObject({ code: 'snapshot.absent' });
  });

  it('loses its locks only when nobody else can be hurt', async () => {
    const env = {
      PATH: process.env['PATH'],
      RESTIC_PASSWORD: 'correct horse',
      RESTIC_CACHE_DIR: bench.path('cache-2'),
    };
    const holder = spawn(program, ['-r', server.location, 'check', '--read-data', '--limit-download=1'], {
      env,
      stdio: 'ignore',
    });
    const ended = new Promise((resolve) => holder.once('exit', resolve));
    const locks = await vi.waitFor(
      async () => {
        const found = await backend.locks();
        expect(found).toHaveLength(1);
        return found;
      },
      { timeout: 20_000, interval: 200 },
    );
    // restic would send SIGHUP to the living process.
    await expect(backend.removeLocks(locks)).rejects.toMatchObject({ code: 'repository.locked' });
    holder.kill('SIGKILL');
    await ended;
    // Another lock of this host than the listed one would go too.
    const [lock] = locks;
    const other = locks.map((found) => ({ ...found, id: '0'.repeat(64) }));
    await expect(backend.removeLocks(other)).rejects.toMatchObject({ code: 'repository.locked' });
    expect(await backend.locks()).toEqual([lock]);
    await backend.removeLocks(locks);
    expect(await backend.locks()).toEqual([]);
  });

  it('shows its credentials to nobody', async () => {
    const notes: string[] = [];
    const stranger = bench.backend('far', { location: server.location }, 'wrong one');
    const error: unknown = await stranger.open({ note: (line) => notes.push(line) }).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 'repository.wrong-password' });
    expect(`${JSON.stringify(error)}${String(error)}${notes.join('')}`).not.toContain(restPassword);
  });

  // Newer versions try for 15 minutes before they say anything; what ends that is the deadline.
  it.runIf(version === '0.14.0')('cannot be reached when nobody listens', async () => {
    const nobody = bench.backend('nobody', { location: `rest:http://u:${restPassword}@127.0.0.1:1/` });
    const error: unknown = await nobody.open().catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 'repository.unreachable', hint: expect.stringContaining('network') });
    expect(String(error)).not.toContain(restPassword);
  });
});
