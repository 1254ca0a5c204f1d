import { spawn, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import {
  chmodSync,
  closeSync,
  existsSync,
  linkSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  statSync,
  truncateSync,
  utimesSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { Backend, Progress, SnapshotEntry } from '@umbracore/contracts';
import { createBorgBackend } from '@umbracore/borg-adapter';
import { engineEnv } from '../src/environment.ts';
import { backupSpec, Bench, password } from './bench.ts';
import { borgProgram } from './borg-program.ts';

const mebibyte = 1024 * 1024;

/** `café` as a system without UTF-8 writes it. */
const oddName = Buffer.from([0x63, 0x61, 0x66, 0xe9]);

describe.skipIf(borgProgram === '')('borg', () => {
  const bench = new Bench(borgProgram);
  const source = bench.path('sources', 'tree');
  let backend: Backend;
  let first: string;

  beforeAll(async () => {
    backend = bench.backend('repository');
    await backend.create();
    for (const folder of ['keep', 'cache/deep', 'marked', 'keep/cache'])
      mkdirSync(join(source, folder), { recursive: true });
    for (const file of ['keep/a.log', 'keep/b.txt', 'cache/deep/c', 'marked/.nobackup', 'marked/d', 'keep/cache/e']) {
      writeFileSync(join(source, file), `${file}\n`);
    }
    writeFileSync(Buffer.concat([Buffer.from(`${source}/keep/`), oddName]), 'odd');
    linkSync(join(source, 'keep/b.txt'), join(source, 'keep/second-name'));
    chmodSync(join(source, 'keep/b.txt'), 0o2751);
    // borg rounds to microseconds, which may be the next millisecond.
    utimesSync(join(source, 'keep/b.txt'), 1_700_000_000, 1_700_000_000.5);
    const spec = { excludes: ['*.log', '/**/tree/cache'], excludeIfPresent: ['.nobackup'], tags: ['red'], host: 'box' };
    first = (await backend.backup(backupSpec([source], spec))).snapshot ?? '';
  });
  afterAll(() => bench[Symbol.dispose]());

  /** borg by hand, in the environment of the adapter, as another process would be. */
  const byHand = (...args: readonly string[]) => {
    const env = { ...engineEnv(bench.host), BORG_REPO: bench.path('repository'), BORG_PASSPHRASE: password };
    return { args, env };
  };
  const borg = (...words: readonly string[]): string => {
    const { args, env } = byHand(...words);
    return spawnSync(borgProgram, args, { env, encoding: 'utf8' }).stdout;
  };

  it('leaves out what restic would leave out, and lists names, sizes and rights as they are', async () => {
    const entries = new Map<string, SnapshotEntry>();
    for await (const entry of backend.list(first)) entries.set(entry.path.slice(source.length + 1), entry);
    expect([...entries.keys()].toSorted()).toEqual(
      [
        '',
        'keep',
        'keep/b.txt',
        'keep/cache',
        'keep/cache/e',
        'keep/caf\uFFFD',
        'keep/second-name',
        'marked',
        'marked/.nobackup',
      ].toSorted(),
    );
    const facts = ({ type, size, mode, modifiedAt }: SnapshotEntry) => ({ type, size, mode, modifiedAt });
    const { mtimeMs } = statSync(join(source, 'keep/b.txt'));
    const expected = { type: 'file', size: 11, mode: 0o2751, modifiedAt: Math.floor(mtimeMs) };
    for (const name of ['keep/b.txt', 'keep/second-name']) {
      const entry = entries.get(name);
      expect(entry && facts(entry), name).toEqual(expected);
    }
  });

  it('gives a file back under its second name too, and says what is no file', async () => {
    const chunks: Uint8Array[] = [];
    const take = (chunk: Uint8Array): void => void chunks.push(Uint8Array.from(chunk));
    await backend.dump(first, join(source, 'keep/second-name'), take);
    expect(Buffer.concat(chunks).toString()).toBe('keep/b.txt\n');
    await expect(backend.dump(first, join(source, 'keep'), take)).rejects.toMatchObject({ code: 'usage.invalid' });
    await expect(backend.dump(first, join(source, 'nope'), take)).rejects.toMatchObject({ code: 'snapshot.absent' });
  });

  it('compares what it has restored with what the repository has, odd names as well', async () => {
    const spec = {
      snapshot: first,
      target: bench.path('restored'),
      include: [],
      exclude: [],
      overwrite: 'never',
    } as const;
    expect(await backend.restore({ ...spec, verify: true })).toMatchObject({ filesRestored: 5, failedCount: 0 });
    const names = readdirSync(join(spec.target, source, 'keep'), 'latin1');
    expect(names).toContain(oddName.toString('latin1'));
  });

  it('has changed tags in the name of the archive, and its first id and name again without them', async () => {
    const { snapshot: id = '' } = await backend.backup(backupSpec([source], { tags: ['umbra-run:r-9', 'red'] }));
    const pinned = (await backend.tag([id], ['umbra-pin'], ['red'])).get(id) ?? '';
    const [found] = await backend.snapshots({ ids: [pinned] });
    expect(found).toMatchObject({ original: id, tags: ['umbra-run:r-9', 'umbra-pin'], paths: [source] });
    const again = await backend.tag([pinned], ['red'], ['umbra-pin']);
    expect(again.get(pinned)).toBe(id);
    expect(borg('list', '--short').split('\n')).toContain('umbra-r-9');
    await expect(
      backend.backup(backupSpec([source], { tags: ['umbra-run:r-9'] })),
      'a second archive of the same run',
    ).rejects.toMatchObject({ code: 'engine.failed', message: expect.stringContaining('already exists') });
    await backend.forget([id]);
  });

  it('tells who has the repository, and removes exactly the lock of one that is dead', async () => {
    const roster = bench.path('repository', 'lock.roster');
    const { args, env } = byHand('with-lock', bench.path('repository'), 'sleep', '600');
    const holder = spawn(borgProgram, args, { env, stdio: 'ignore' });
    const locks = await vi.waitFor(
      async () => {
        const found = await backend.locks();
        expect(found).toHaveLength(1);
        // The last that it does before it works.
        expect(existsSync(roster)).toBe(true);
        return found;
      },
      { timeout: 60_000, interval: 50 },
    );
    expect(locks[0]).toMatchObject({ exclusive: true, host: hostname(), pid: holder.pid, renewed: false });
    await expect(backend.snapshots()).rejects.toMatchObject({
      code: 'repository.locked',
      hint: expect.stringContaining('umbra repo unlock repository'),
    });
    const ended = once(holder, 'exit');
    const children = readFileSync(`/proc/${holder.pid}/task/${holder.pid}/children`, 'utf8');
    // Itself first: when what it waits for ends, it gives its lock back.
    for (const pid of [String(holder.pid), ...children.trim().split(' ')]) process.kill(Number(pid), 'SIGKILL');
    await ended;
    // Those that read, of another machine and of another container of this one: they stay.
    const shared = [
      ['elsewhere@1', 7, 0],
      [`${hostname()}@umbra-1`, holder.pid, 0],
    ];
    const others = { ...JSON.parse(readFileSync(roster, 'utf8')), shared };
    writeFileSync(roster, JSON.stringify(others));
    const pids = /\d+/.exec(readlinkSync('/proc/self/ns/pid'))?.[0];
    expect((await backend.locks()).map((lock) => [lock.host, lock.pids, lock.exclusive])).toEqual([
      [hostname(), pids, true],
      ['elsewhere@1', undefined, false],
      [hostname(), '1', false],
    ]);
    await backend.removeLocks(locks);
    const left = await backend.locks();
    expect(left.map((lock) => [lock.host, lock.pids])).toEqual([
      ['elsewhere@1', undefined],
      [hostname(), '1'],
    ]);
    await backend.removeLocks(left);
    expect(readdirSync(bench.path('repository')).filter((name) => name.startsWith('lock'))).toEqual([]);
    expect(await backend.holds(first)).toBe(true);
  });

  it('ends a backup when it is aborted, and a prune removes what was kept of it', async () => {
    const large = bench.path('sources', 'large');
    writeFileSync(large, randomBytes(24 * mebibyte));
    // Nothing but holes, which take longer than it takes to be aborted, between two of them at the latest.
    const holes = Array.from({ length: 200 }, (_, n) => bench.path('sources', `hole-${n}`));
    for (const hole of holes) {
      writeFileSync(hole, '');
      truncateSync(hole, 32 * mebibyte);
    }
    const stop = new AbortController();
    const report = ({ bytesProcessed }: Progress): void => {
      if (bytesProcessed > 0) stop.abort();
    };
    const working = backend.backup(backupSpec([source, large, ...holes]), { report, signal: stop.signal });
    await expect(working).rejects.toMatchObject({ code: 'run.cancelled' });
    expect(await backend.locks()).toEqual([]);
    expect(await backend.snapshots()).toHaveLength(1);
    await backend.prune();
    expect(borg('list', '--short', '--consider-checkpoints').trim().split('\n')).toHaveLength(1);
  });

  it('finds a flipped byte where the data is read, and refuses another password', async () => {
    const stranger = createBorgBackend(bench.repository('repository', {}, 'wrong'), bench.host);
    await expect(stranger.open()).rejects.toMatchObject({ code: 'repository.wrong-password' });
    const data = bench.path('repository', 'data', '0');
    const [largest = ''] = readdirSync(data).toSorted(
      (a, b) => statSync(join(data, b)).size - statSync(join(data, a)).size,
    );
    const file = openSync(join(data, largest), 'r+');
    writeSync(file, Buffer.from([0xff, 0x00, 0xff]), 0, 3, 200);
    closeSync(file);
    const report = await backend.check({ type: 'part', part: 1, of: 4 });
    expect(report.sound).toBe(false);
    expect(report.problems.length).toBeGreaterThan(0);
  });
});
