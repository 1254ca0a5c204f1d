import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Backend, RestoreSpec, UmbraError } from '@umbracore/contracts';
import { describeEach, newestRestic, outermostRestics } from './restic-versions.ts';
import { backupSpec, Bench, gather } from './subject.ts';

const odd = [
  'line\nbreak',
  'tab\tand "quotes" and \'more\'',
  '-dash',
  '--json',
  'we*ird[1]?\\x',
  '$HOME {fd:password}',
  ' spaces ',
  'emoji 🙂 漢',
  '!not',
  '#comment',
];

describeEach(outermostRestics, 'reading with restic $version', ({ version, program }) => {
  const bench = new Bench(program);
  let backend: Backend;
  let first: string;
  let second: string;
  // One by one with the newest, of the older ones those that restic could take for a pattern or a line's end.
  const swept = version === newestRestic[0]?.version ? odd : ['line\nbreak', 'we*ird[1]?\\x'];
  const source = bench.path('sources', '-odd *source');
  const restoreSpec = (target: string, change: Partial<RestoreSpec> = {}): RestoreSpec => ({
    snapshot: first,
    target: bench.path(target),
    include: [],
    exclude: [],
    overwrite: 'always',
    verify: false,
    ...change,
  });

  beforeAll(async () => {
    backend = bench.prepared('repository');
    mkdirSync(source);
    for (const name of odd) writeFileSync(`${source}/${name}`, `content of ${name}`);
    // A name that is not UTF-8.
    writeFileSync(Buffer.concat([Buffer.from(`${source}/raw-`), Buffer.from([0xff, 0xfe])]), 'raw');
    mkdirSync(`${source}/nested/deep`, { recursive: true });
    writeFileSync(`${source}/nested/deep/file`, 'deep');
    writeFileSync(`${source}/decoy`, 'must not be taken for a match');
    first = (await backend.backup(backupSpec([source]))).snapshot ?? '';
    writeFileSync(`${source}/added`, '12345');
    writeFileSync(`${source}/decoy`, 'changed');
    second = (await backend.backup(backupSpec([source], { excludes: ['emoji*'] }))).snapshot ?? '';
  });
  afterAll(() => bench[Symbol.dispose]());

  it('lists every name', async () => {
    const entries = await gather(backend.list(first, source));
    const names = entries.filter(({ type }) => type === 'file').map(({ path }) => path.slice(source.length + 1));
    expect(names.toSorted()).toEqual([...odd, 'decoy', 'nested/deep/file', 'raw-\uFFFD\uFFFD'].toSorted());
  });

  it('ends restic when a listing is left early', async () => {
    for await (const entry of backend.list(first)) {
      expect(entry.path).toMatch(/^\//);
      break;
    }
  });

  it('says that a snapshot does not exist', async () => {
    await expect(gather(backend.list('0'.repeat(64)))).rejects.toMatchObject({ code: 'snapshot.absent' });
    expect(await backend.snapshots({ ids: ['0'.repeat(64)] })).toEqual([]);
    await expect(backend.diff('0'.repeat(64), first)).rejects.toMatchObject({ code: 'snapshot.absent' });
  });

  it('tells what differs', async () => {
    const { changes, addedBytes } = await backend.diff(first, second);
    expect(changes.filter(({ path }) => path.startsWith(`${source}/`))).toEqual(
      expect.arrayContaining([
        { path: `${source}/added`, change: 'added', folder: false },
        { path: `${source}/decoy`, change: 'modified', folder: false },
        { path: `${source}/emoji 🙂 漢`, change: 'removed', folder: false },
      ]),
    );
    expect(addedBytes).toBeGreaterThan(0);
  });

  it('finds by pattern', async () => {
    const everywhere = await backend.find({ pattern: 'DEC*', ignoreCase: true, snapshots: {} });
    expect(everywhere.map(({ snapshot }) => snapshot).toSorted()).toEqual([first, second].toSorted());
    const spec = { pattern: 'added', ignoreCase: false, snapshots: { ids: [first] } };
    expect(await backend.find(spec)).toEqual([]);
    const [match] = await backend.find({ ...spec, snapshots: { ids: [second] } });
    expect(match?.entry).toMatchObject({ path: `${source}/added`, type: 'file', size: 5 });
  });

  it('tells of a snapshot that cannot be read, and lists the others', async () => {
    const parts = bench.prepared('unreadable');
    const [lost, other] = [await parts.backup(backupSpec([source])), await parts.backup(backupSpec([source]))];
    const file = bench.path('unreadable', 'snapshots', lost.snapshot ?? '');
    chmodSync(file, 0o600);
    truncateSync(file, 100);
    rmSync(bench.host.cacheDir, { recursive: true });
    const problems: UmbraError[] = [];
    const operation = { unreadable: (problem: UmbraError) => void problems.push(problem) };
    expect((await parts.snapshots({}, operation)).map(({ id }) => id)).toEqual([other.snapshot]);
    expect(problems).toMatchObject([
      { code: 'repository.damaged', message: expect.stringContaining(`load snapshot ${lost.snapshot?.slice(0, 8)}`) },
    ]);
    await parts.snapshots({ ids: ['0'.repeat(64)] }, operation);
    expect(problems).toHaveLength(1);
  });

  it('gives no answer that lacks a folder which cannot be read', async () => {
    const parts = bench.prepared('parts');
    const folder = bench.path('sources', 'parts');
    mkdirSync(`${folder}/lost`, { recursive: true });
    writeFileSync(`${folder}/lost/file`, 'one');
    await parts.backup(backupSpec([`${folder}/lost`]));
    const [lost = ''] = readdirSync(bench.path('parts', 'index'));
    writeFileSync(`${folder}/beside`, '');
    const before = (await parts.backup(backupSpec([folder]))).snapshot ?? '';
    writeFileSync(`${folder}/lost/file`, 'other');
    const after = (await parts.backup(backupSpec([folder]))).snapshot ?? '';
    rmSync(bench.path('parts', 'index', lost));
    const damaged = { code: 'repository.damaged' };
    await expect(parts.diff(before, after)).rejects.toMatchObject(damaged);
    const spec = { pattern: 'beside', ignoreCase: false };
    await expect(parts.find({ ...spec, snapshots: { ids: [before] } })).rejects.toMatchObject(damaged);
    expect(await parts.find({ ...spec, snapshots: { ids: [after] } })).toHaveLength(1);
  });

  it.concurrent.each(swept)('dumps %j', async (name) => {
    const chunks: Uint8Array[] = [];
    await backend.dump(first, `${source}/${name}`, (chunk) => void chunks.push(chunk));
    expect(Buffer.concat(chunks).toString()).toBe(`content of ${name}`);
  });

  it('passes on what a sink throws, and what cannot be found', async () => {
    const broken = new Error('sink is full');
    const sink = (): void => {
      throw broken;
    };
    await expect(backend.dump(first, `${source}/decoy`, sink)).rejects.toBe(broken);
    await expect(backend.dump(first, `${source}/nothing`, () => undefined)).rejects.toMatchObject({
      code: 'snapshot.absent',
    });
  });

  it('restores everything, byte by byte', async () => {
    const result = await backend.restore(restoreSpec('all', { verify: true }));
    expect(result).toMatchObject({ failed: [], failedCount: 0 });
    const folder = bench.path(`all${source}`);
    expect(readdirSync(folder, { encoding: 'buffer' })).toHaveLength(odd.length + 3);
    for (const name of odd) expect(readFileSync(`${folder}/${name}`, 'utf8')).toBe(`content of ${name}`);
  });

  it('restores the odd names and nothing else', async () => {
    await backend.restore(restoreSpec('odd', { include: odd.map((name) => `${source}/${name}`) }));
    expect(readdirSync(bench.path(`odd${source}`)).toSorted()).toEqual(odd.toSorted());
  });

  it.concurrent.each(swept)('restores %j and nothing else', async (name) => {
    const target = `one-${odd.indexOf(name)}`;
    await backend.restore(restoreSpec(target, { include: [`${source}/${name}`] }));
    expect(readdirSync(bench.path(`${target}${source}`))).toEqual([name]);
  });

  it('restores a name that is not UTF-8 by the way it is listed', async () => {
    const result = await backend.restore(restoreSpec('raw', { include: [`${source}/raw-\uFFFD\uFFFD`] }));
    const [name] = readdirSync(Buffer.from(bench.path(`raw${source}`)), { encoding: 'buffer' });
    expect(name).toEqual(Buffer.concat([Buffer.from('raw-'), Buffer.from([0xff, 0xfe])]));
    expect(result).toMatchObject({ filesRestored: 1, bytesRestored: 3 });
  });

  it('says that it cannot write to the target', async () => {
    writeFileSync(bench.path('file'), '');
    await expect(backend.restore(restoreSpec('file/below'))).rejects.toMatchObject({ code: 'restore.target' });
  });

  it('leaves out what is excluded', async () => {
    await backend.restore(restoreSpec('less', { exclude: ['decoy'] }));
    expect(existsSync(bench.path(`less${source}`, 'decoy'))).toBe(false);
    expect(existsSync(bench.path(`less${source}`, '-dash'))).toBe(true);
  });

  const overwriting = restoreSpec('again', { overwrite: 'never' });

  it.runIf(version === '0.14.0')('refuses a folder that is not empty, where old restic does harm', async () => {
    await backend.restore({ ...overwriting, snapshot: first });
    const again = backend.restore({ ...overwriting, snapshot: first });
    await expect(again).rejects.toMatchObject({ code: 'backend.unsupported' });
  });

  it.skipIf(version === '0.14.0')('does with existing files what it was told', async () => {
    const spec = { ...overwriting, snapshot: first };
    const file = bench.path(`again${source}`, 'decoy');
    await backend.restore(spec);
    writeFileSync(file, 'mine');
    await backend.restore(spec);
    expect(readFileSync(file, 'utf8')).toBe('mine');
    await backend.restore({ ...spec, overwrite: 'always' });
    expect(readFileSync(file, 'utf8')).toBe('must not be taken for a match');
  });
});
