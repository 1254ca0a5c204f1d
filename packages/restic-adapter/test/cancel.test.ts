import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import type { Backend, EngineProcesses, Progress } from '@umbracore/contracts';
import { createResticBackend } from '@umbracore/restic-adapter';
import { describeEach, outermostRestics } from './restic-versions.ts';
import { backupSpec, Bench } from './subject.ts';
import { bundled } from '../../../tools/testing/bundled.mjs';
import { shim } from '../../../tools/vitest/programs.mjs';

const mebibyte = 1024 * 1024;
const limits = { uploadBytesPerSecond: 4 * mebibyte };

/** Real processes, but none that is interrupted gets any time. */
const killedAtOnce = (processes: EngineProcesses, killed: () => void): EngineProcesses => ({
  prepare: () => processes.prepare(),
  dismiss: () => processes.dismiss(),
  find: (spool) => processes.find(spool),
  call: (command, options, signal) => processes.call(command, options, signal),
  converse: (command, reader) => processes.converse(command, reader),
  start: async (command, options) => {
    const engine = await processes.start(command, options);
    return {
      identity: () => engine.identity(),
      isAtWork: () => engine.isAtWork(),
      follow: (reader, signal) => engine.follow(reader, signal),
      kill: () => engine.kill(),
      pause: () => engine.pause(),
      resume: () => engine.resume(),
      adjust: (wanted) => engine.adjust(wanted),
      interrupt: async () => {
        await engine.kill();
        killed();
      },
    };
  },
});

describeEach(outermostRestics, 'stopping and resuming restic $version', ({ program }) => {
  const bench = new Bench(program);
  let backend: Backend;
  const source = bench.path('sources', 'large');
  const definition = { packSizeBytes: 4 * mebibyte };

  beforeAll(() => {
    backend = bench.prepared('repository', definition);
    mkdirSync(source);
    for (const name of ['a', 'b', 'c', 'd']) writeFileSync(`${source}/${name}`, randomBytes(3 * mebibyte));
  });
  afterAll(() => bench[Symbol.dispose]());

  it('ends a backup when it is aborted, and leaves neither a lock nor a snapshot', async () => {
    const stop = new AbortController();
    const report = ({ bytesProcessed }: Progress): void => {
      if (bytesProcessed > 0) stop.abort();
    };
    const backup = backend.backup(backupSpec([source]), { limits, report, signal: stop.signal });
    await expect(backup).rejects.toMatchObject({ code: 'run.cancelled' });
    expect(await backend.locks()).toEqual([]);
    expect(await backend.snapshots()).toEqual([]);
  });

  it('removes the lock of a backup that had to be killed', async () => {
    const stop = new AbortController();
    let locksLeft = 0;
    const processes = killedAtOnce(bench.host.processes, () => {
      locksLeft = readdirSync(bench.path('repository', 'locks')).length;
    });
    const hasty = createResticBackend(bench.repository('repository', definition), { ...bench.host, processes });
    const report = ({ bytesProcessed }: Progress): void => {
      if (bytesProcessed > 0) stop.abort();
    };
    const backup = hasty.backup(backupSpec([source]), { limits, report, signal: stop.signal });
    await expect(backup).rejects.toMatchObject({ code: 'run.cancelled' });
    expect(locksLeft).toBe(1);
    expect(readdirSync(bench.path('repository', 'locks'))).toEqual([]);
  });

  it('does not start what was aborted before', async () => {
    const signal = AbortSignal.abort();
    await expect(backend.backup(backupSpec([source]), { signal })).rejects.toMatchObject({ code: 'run.cancelled' });
    await expect(backend.snapshots({}, { signal })).rejects.toMatchObject({ code: 'run.cancelled' });
  });

  it('goes on with a backup whose coordinator was killed', async () => {
    const spool = bench.path('spool');
    const script = bundled(fileURLToPath(new URL('start-backup.ts', import.meta.url)), shim);
    const args = [program, bench.folder, spool, source, JSON.stringify(limits)];
    const coordinator = spawn(process.execPath, [script, ...args], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    // It prints its first progress, so restic is at work by then.
    await new Promise((resolve) => coordinator.stdout.once('data', resolve));
    coordinator.kill('SIGKILL');

    const reports: Progress[] = [];
    const result = await backend.resumeBackup({ spool, report: (progress) => reports.push(progress) });
    expect(result).toMatchObject({ complete: true, exitLost: false, stats: { filesNew: 4 } });
    expect(await backend.holds(result.snapshot ?? '')).toBe(true);
    expect(reports.at(-1)).toMatchObject({ phase: 'done' });
    // The same again, from the traces alone.
    expect(await backend.resumeBackup({ spool })).toEqual(result);
  });

  it('says so if no backup was ever started there', async () => {
    const spool = bench.path('never');
    await expect(backend.resumeBackup({ spool })).rejects.toMatchObject({ code: 'engine.lost' });
  });

  it('names who holds the lock, and removes exactly the lock of a dead process', async () => {
    const env = {
      PATH: process.env['PATH'],
      RESTIC_PASSWORD: 'correct horse',
      RESTIC_CACHE_DIR: bench.path('cache-2'),
    };
    const args = ['-r', bench.path('repository'), 'check', '--read-data', '--limit-download=1'];
    const holder = spawn(program, args, { env, stdio: 'ignore' });
    const ended = new Promise((resolve) => holder.once('exit', resolve));
    const [lock] = await vi.waitFor(
      async () => {
        const locks = await backend.locks();
        expect(locks).toHaveLength(1);
        return locks;
      },
      { timeout: 20_000, interval: 200 },
    );
    expect(lock).toMatchObject({ exclusive: true, host: hostname(), pid: holder.pid });

    await expect(backend.backup(backupSpec([source]))).rejects.toMatchObject({
      code: 'repository.locked',
      message: expect.stringContaining(`(pid ${holder.pid})`),
      hint: expect.stringContaining('umbra repo unlock repository'),
    });

    holder.kill('SIGKILL');
    await ended;
    expect(await backend.locks()).toEqual([lock]);
    await backend.removeLocks(lock === undefined ? [] : [lock]);
    expect(await backend.locks()).toEqual([]);
  });
});
