import { execFile } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Backend, silentLog } from '@umbracore/contracts';
import { createResticBackend } from '@umbracore/restic-adapter';
import { describeEach, newestRestic, resticVersions } from './restic-versions.ts';
import { backupSpec, Bench } from './subject.ts';
import { bundled } from '../../../tools/testing/bundled.mjs';
import { shim } from '../../../tools/vitest/programs.mjs';

describeEach(resticVersions, 'what restic $version refuses', ({ version, program }) => {
  const bench = new Bench(program);
  let backend: Backend;
  const newest = version === newestRestic[0]?.version;
  const source = bench.path('sources', 'small');

  beforeAll(() => {
    backend = bench.prepared('repository');
    mkdirSync(source);
    writeFileSync(`${source}/a`, 'a');
  });
  afterAll(() => bench[Symbol.dispose]());

  it('a wrong password, with a hint and without showing it', async () => {
    const stranger = bench.backend('repository', {}, 'not the password');
    const attempts = [() => stranger.open(), () => stranger.snapshots(), () => stranger.backup(backupSpec([source]))];
    for (const attempt of attempts) {
      const error: unknown = await attempt().catch((thrown: unknown) => thrown);
      expect(error).toMatchObject({ code: 'repository.wrong-password', hint: expect.stringContaining('repository') });
      expect(JSON.stringify(error)).not.toContain('not the password');
    }
  });

  it('a repository that is not there', async () => {
    const absent = bench.backend('absent');
    const attempts = [() => absent.open(), () => absent.snapshots(), () => absent.backup(backupSpec([source]))];
    for (const attempt of attempts) {
      await expect(attempt()).rejects.toMatchObject({
        code: 'repository.absent',
        hint: expect.stringContaining('`umbra repo create absent`') as string,
      });
    }
  });

  it('tags with commas, other options, and a missing password', async () => {
    await expect(backend.backup(backupSpec([source], { tags: ['a,b'] }))).rejects.toMatchObject({
      code: 'usage.invalid',
    });
    const strange = bench.backend('repository', { options: { speed: 9 } });
    await expect(strange.open()).rejects.toMatchObject({ code: 'config.invalid-value' });
    const open = createResticBackend({ ...bench.repository('repository'), password: undefined }, bench.host);
    await expect(open.open()).rejects.toMatchObject({ code: 'secret.unavailable' });
  });

  it('a dry run as proof of anything', async () => {
    const before = await backend.snapshots();
    const result = await backend.backup(backupSpec([source], { dryRun: true }));
    expect(result).toMatchObject({ snapshot: undefined, stats: { filesNew: 1 } });
    expect(await backend.snapshots()).toEqual(before);
  });

  it('asks for its version once, until the program changes', async () => {
    const records = readdirSync(bench.path('cache')).filter((name) => name.startsWith('restic-version-'));
    expect(records).toHaveLength(1);
    const file = bench.path('cache', records[0] ?? '');
    const record: unknown = JSON.parse(readFileSync(file, 'utf8'));
    expect(record).toMatchObject({ program, version });
    writeFileSync(file, JSON.stringify({ ...Object(record), version: '0.19.0' }));
    await expect(backend.open()).rejects.toMatchObject({ code: 'engine.version' });
    writeFileSync(file, JSON.stringify({ ...Object(record), fingerprint: 'of another program', version: '0.19.0' }));
    expect(await backend.engine()).toMatchObject({ version });
  });

  it.runIf(newest)('nothing when it is called by a person', async () => {
    const script = bundled(fileURLToPath(new URL('call-restic.ts', import.meta.url)), shim);
    const run = promisify(execFile);
    const args = [script, program, bench.folder, 'cat', 'config'];
    const { stdout } = await run(process.execPath, args);
    expect(JSON.parse(stdout)).toMatchObject({ version: 2 });
    const failing = run(process.execPath, [...args.slice(0, -1), 'snapshot', 'latest']);
    await expect(failing).rejects.toMatchObject({ code: 1 });
  });
});

describe.each(newestRestic)('a pack that is not there', ({ program }) => {
  const missing = 'ReadFull(<data/2c79d16753>): open /r/data/2c/2c79d16753: no such file or directory';

  /** restic, on a disk of which a pack is gone; or, by what is done `before`, everything. */
  function withoutPack(bench: Bench, before: string): Backend {
    const backend = bench.prepared('repository');
    const fails = (call: string, last: string): string =>
      `case " $* " in *' ${call} '*) ${before}; printf '%s\\n' '${missing}' '${last}' >&2; exit 1;; esac`;
    const lines = [
      '#!/bin/sh',
      fails('dump', `Fatal: ${missing}`),
      fails('check', 'Fatal: repository contains errors'),
    ];
    writeFileSync(bench.path('restic'), [...lines, `exec '${program}' "$@"`, ''].join('\n'), { mode: 0o700 });
    bench.use(bench.path('restic'));
    return backend;
  }

  it('is damage', async () => {
    using bench = new Bench(program);
    const backend = withoutPack(bench, ':');
    await expect(backend.dump('2'.repeat(64), '/a', () => undefined)).rejects.toMatchObject({
      code: 'repository.damaged',
    });
    expect(await backend.check({ type: 'all' })).toMatchObject({ sound: false });
  });

  it('is none where nothing is there any more', async () => {
    for (const read of [
      (backend: Backend) => backend.dump('2'.repeat(64), '/a', () => undefined),
      (backend: Backend) => backend.check({ type: 'all' }),
    ]) {
      using bench = new Bench(program);
      const backend = withoutPack(bench, `rm -r '${bench.path('repository')}'`);
      await expect(read(backend)).rejects.toMatchObject({ code: 'repository.absent' });
    }
  });
});

describe('without restic', () => {
  it('says how to get it', async () => {
    using bench = new Bench('/nowhere/restic');
    const backend = bench.backend('repository');
    await expect(backend.engine()).rejects.toMatchObject({
      code: 'engine.absent',
      hint: expect.stringMatching(/UMBRA_RESTIC/),
    });
    const host = { ...bench.host, env: { PATH: bench.folder }, log: silentLog };
    const pathless = createResticBackend(bench.repository('repository'), host);
    await expect(pathless.engine()).rejects.toMatchObject({
      code: 'engine.absent',
      hint: expect.stringMatching(/Install/),
    });
  });
});
