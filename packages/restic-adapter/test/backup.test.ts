import { randomBytes } from 'node:crypto';
import { cpSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Backend, Progress } from '@umbracore/contracts';
import { describeEach, resticVersions } from './restic-versions.ts';
import { backupSpec, Bench, gather } from './subject.ts';

describeEach(resticVersions, 'restic $version saves and lists', ({ version, program }) => {
  const bench = new Bench(program);
  let backend: Backend;
  const source = bench.path('sources', 'plain');

  beforeAll(() => {
    backend = bench.prepared('repository');
    mkdirSync(source);
    writeFileSync(`${source}/a.txt`, 'alpha');
    writeFileSync(`${source}/b.txt`, 'beta');
  });
  afterAll(() => bench[Symbol.dispose]());

  it('says which engine it is', async () => {
    expect(await backend.engine()).toMatchObject({ name: 'restic', version, program });
  });

  it('does not compare with a snapshot that only its cache knows', async () => {
    const own = bench.prepared('put-back');
    await own.backup(backupSpec([source]));
    cpSync(bench.path('put-back'), bench.path('older'), { recursive: true });
    const { snapshot: parent } = await own.backup(backupSpec([source]));
    rmSync(bench.path('put-back'), { recursive: true });
    cpSync(bench.path('older'), bench.path('put-back'), { recursive: true });
    await expect(own.backup(backupSpec([source], { parent }))).rejects.toMatchObject({ code: 'snapshot.absent' });
    expect(await own.snapshots()).toHaveLength(1);
  });

  it('opens what it created, and creates nothing twice', async () => {
    const own = bench.backend('own');
    const { id } = await own.create();
    expect(id).toMatch(/^[0-9a-f]{64}$/);
    expect(await own.open()).toMatchObject({ id, format: 2 });
    await expect(own.create()).rejects.toMatchObject({ code: 'repository.exists' });
  });

  it('saves what is new, nothing if nothing changed, and what changed', async () => {
    const reports: Progress[] = [];
    const first = await backend.backup(backupSpec([source], { tags: ['umbra-run:r-1'] }), {
      report: (p) => reports.push(p),
    });
    expect(first).toMatchObject({ complete: true, exitLost: false, unreadable: [], unreadableCount: 0 });
    expect(first.stats).toMatchObject({ filesNew: 2, filesProcessed: 2, bytesProcessed: 9 });
    expect(first.snapshot).toMatch(/^[0-9a-f]{64}$/);
    expect(reports.at(-1)).toMatchObject({ phase: 'done', percentage: 100, filesProcessed: 2 });

    const second = await backend.backup(backupSpec([source]));
    expect(second.stats).toMatchObject({ filesNew: 0, filesUnmodified: 2 });

    writeFileSync(`${source}/b.txt`, 'beta, but longer');
    const third = await backend.backup(backupSpec([source], { parent: first.snapshot }));
    expect(third.stats).toMatchObject({ filesNew: 0, filesChanged: 1, filesUnmodified: 1 });

    const all = await backend.snapshots();
    expect(all.map(({ id }) => id)).toEqual([first.snapshot, second.snapshot, third.snapshot]);
    expect(all[2]?.parent).toBe(first.snapshot);
    const tagged = await backend.snapshots({ tags: ['umbra-run:r-1'] });
    expect(tagged.map(({ id }) => id)).toEqual([first.snapshot]);
    expect(tagged[0]).toMatchObject({ paths: [source], tags: ['umbra-run:r-1'] });

    const entries = await gather(backend.list(first.snapshot ?? ''));
    expect(entries.filter(({ type }) => type === 'file').map(({ path, size }) => [path, size])).toEqual([
      [`${source}/a.txt`, 5],
      [`${source}/b.txt`, 4],
    ]);
    expect(await backend.holds(first.snapshot ?? '')).toBe(true);
    expect(await backend.holds('0'.repeat(64))).toBe(false);
  });

  it('goes by an earlier run, also for whoever reads the output later', async () => {
    const spool = bench.path('expecting');
    const reports: Progress[] = [];
    const report = (progress: Progress): void => void reports.push(progress);
    // A source that restic is at for some status lines.
    const slow = bench.path('sources', 'slow');
    mkdirSync(slow);
    writeFileSync(`${slow}/large`, randomBytes(2_000_000));
    const limits = { uploadBytesPerSecond: 2_000_000 };
    const expected = { files: 1, bytes: 2_000_000 };
    await backend.backup(backupSpec([slow], { expected }), { spool, report, limits });
    await backend.resumeBackup({ spool, report });
    const isCounted = version.startsWith('0.14');
    const ends = reports.filter(({ phase }) => phase === 'done');
    expect(ends.map(({ percentage, filesTotal }) => [percentage, filesTotal])).toEqual([
      [100, 1],
      [100, 1],
    ]);
    expect(reports.some(({ phase }) => phase === 'scanning')).toBe(isCounted);
    expect(reports.every(({ estimated, percentage = 0 }) => estimated !== true || percentage < 100)).toBe(true);
  });

  it('gives the result of an ended backup when restic is gone, or another one', async () => {
    const spool = bench.path('spool');
    const result = await backend.backup(backupSpec([source]), { spool });
    const gone = new Bench('/nowhere/restic', bench.folder).backend('repository', {
      location: bench.path('repository'),
    });
    await expect(gone.engine()).rejects.toMatchObject({ code: 'engine.absent' });
    expect(await gone.resumeBackup({ spool })).toEqual(result);
    // Without the note, as after a power failure, restic is asked.
    rmSync(`${spool}/engine-version`);
    expect(await backend.resumeBackup({ spool })).toEqual(result);
    await expect(gone.resumeBackup({ spool })).rejects.toMatchObject({ code: 'engine.absent' });
  });
});
