import { randomBytes } from 'node:crypto';
import { chmodSync, cpSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { basename } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { Secret, type Backend, type Progress } from '@umbracore/contracts';
import { createResticBackend } from '@umbracore/restic-adapter';
import { canMount, smallDisk } from '../../../tools/faults/injectors/small-disk.ts';
import { describeEach, outermostRestics } from './restic-versions.ts';
import { backupSpec, Bench } from './subject.ts';

describeEach(outermostRestics, 'keeping a repository with restic $version', ({ program, version }) => {
  const bench = new Bench(program);
  let backend: Backend;
  const ids: string[] = [];
  const source = bench.path('sources', 'changing');

  beforeAll(async () => {
    backend = bench.prepared('repository');
    mkdirSync(source);
    for (const day of ['monday', 'tuesday', 'wednesday']) {
      writeFileSync(`${source}/file`, randomBytes(50_000));
      ids.push((await backend.backup(backupSpec([source], { tags: [day] }))).snapshot ?? '');
    }
  });
  afterAll(() => bench[Symbol.dispose]());

  it('counts what is stored', async () => {
    expect(await backend.statistics()).toMatchObject({ snapshots: 3, storedBytes: expect.any(Number) });
  });

  it('changes tags and tells the new ids', async () => {
    const [monday = '', tuesday = ''] = ids;
    const renamed = await backend.tag([monday, tuesday], ['kept'], ['monday']);
    expect([...renamed.keys()]).toEqual([monday, tuesday]);
    const now = await backend.snapshots({ tags: ['kept'] });
    expect(now.map(({ id }) => id)).toEqual([...renamed.values()]);
    expect(now.map(({ tags }) => tags.toSorted())).toEqual([['kept'], ['kept', 'tuesday']]);
    ids.splice(0, 2, ...renamed.values());
    expect(await backend.tag([ids[0] ?? ''], ['kept'], [])).toEqual(new Map([[ids[0], ids[0]]]));
  });

  it('copies the listed snapshots', async () => {
    const copy = bench.prepared('copy', {}, 'another password');
    await copy.copyFrom(bench.repository('repository'), [ids[0] ?? '']);
    await copy.copyFrom(bench.repository('repository'), [ids[0] ?? '']);
    await copy.copyFrom(bench.repository('repository'), []);
    const [only, ...others] = await copy.snapshots();
    expect(others).toEqual([]);
    expect(only?.tags).toEqual(['kept']);
  });

  it.runIf(canMount)('copies from a disk that is mounted read-only (needs the right to mount)', async () => {
    mkdirSync(bench.path('disk'));
    using disk = smallDisk(bench.path('disk'), '16m');
    cpSync(bench.path('repository'), bench.path('disk', 'repository'), { recursive: true });
    disk.makeReadOnly();
    const source = bench.repository('repository', { location: bench.path('disk', 'repository') });
    const copy = bench.prepared('copy-of-read-only');
    await copy.copyFrom(source, [ids[0] ?? '']);
    expect(await copy.snapshots()).toHaveLength(1);
  });

  it('makes a repository that cuts files like another one', async () => {
    const like = bench.repository('repository');
    const twin = createResticBackend(bench.repository('twin', {}, 'third password'), bench.host);
    await twin.create({ sameChunkerAs: like });
    const stranger = createResticBackend(bench.repository('stranger'), bench.host);
    await expect(stranger.create({ sameChunkerAs: bench.repository('nowhere') })).rejects.toMatchObject({
      code: 'repository.absent',
      context: { repository: bench.repository('nowhere').definition.name },
    });
    const chunkers = await Promise.all([backend, twin].map(async (each) => (await each.open()).chunker));
    expect(chunkers[0]).toMatch(/^[0-9a-f]{16}$/);
    expect(chunkers[1]).toBe(chunkers[0]);
  });

  it('removes exactly the listed snapshots', async () => {
    const [first = '', second = '', third = ''] = ids;
    await expect(backend.forget(['latest'])).rejects.toMatchObject({ code: 'usage.invalid' });
    await backend.forget([second]);
    expect((await backend.snapshots()).map(({ id }) => id)).toEqual([first, third]);
  });

  it('prunes, and finds the rest sound', async () => {
    const notes: string[] = [];
    await backend.prune({ note: (line) => notes.push(line) });
    for (const scope of [{ type: 'structure' }, { type: 'part', part: 1, of: 2 }, { type: 'all' }] as const) {
      const reports: Progress[] = [];
      const report = (progress: Progress): void => void reports.push(progress);
      expect(await backend.check(scope, { report })).toMatchObject({ sound: true, problems: [] });
      // Restic shows the last state of every stage, however short it was.
      expect(reports.at(-2)?.filesProcessed).toBeGreaterThan(0);
      expect(reports.at(-1)).toMatchObject({ phase: 'done', percentage: 100 });
    }
  });

  it('adds a key for another password, uses what opens it sooner, and removes it', async () => {
    const [first] = await backend.keys();
    const id = await backend.addKey(new Secret('another one'));
    const asked: Secret[] = [];
    const access = {
      opener: async (password: Secret) => {
        asked.push(password);
        return { password: new Secret('another one'), keyHint: id };
      },
      opened: async () => {},
    };
    const quick = createResticBackend({ ...bench.repository('repository', {}, 'long gone'), access }, bench.host);
    expect((await quick.keys()).find(({ current }) => current)?.id).toBe(id);
    expect(asked.map((secret) => secret.reveal())).toEqual(['long gone']);
    // The one in use stays.
    await expect(quick.removeKey(id)).rejects.toMatchObject({ code: 'engine.failed' });
    await backend.removeKey(id);
    expect(await backend.keys()).toEqual([first]);
    await expect(quick.open()).rejects.toMatchObject({ code: 'repository.wrong-password' });
  });

  /** One with content: 0.14 tries for many minutes to get a folder that is gone. */
  const largestPack = (): string => {
    const data = bench.path('repository', 'data');
    const packs = readdirSync(data, { recursive: true, encoding: 'utf8' }).filter((name) =>
      /\/[0-9a-f]{64}$/.test(name),
    );
    const [largest] = packs.toSorted((a, b) => statSync(`${data}/${b}`).size - statSync(`${data}/${a}`).size);
    chmodSync(`${data}/${largest}`, 0o600);
    return `${data}/${largest}`;
  };

  it('says which pack is damaged, and what restic since 0.16 can do about it', async () => {
    const pack = largestPack();
    const intact = readFileSync(pack);
    writeFileSync(pack, Buffer.from(intact).fill(0, 100, 200));
    const { sound, problems, advice } = await backend.check({ type: 'all' });
    expect({ sound, problems: problems.join('\n') }).toEqual({
      sound: false,
      problems: expect.stringContaining(basename(pack)),
    });
    const wanted = version === '0.14.0' ? '' : `restic repair packs ${basename(pack)}`;
    expect(advice.join()).toContain(wanted);
    writeFileSync(pack, intact);
  });

  // 0.14 tries for most of a minute.
  it.runIf(version === '0.19.1')('tells whose damage is in the way of a copy', async () => {
    const pack = largestPack();
    const intact = readFileSync(pack);
    const copy = bench.prepared('other-copy', {}, 'another password');
    const damages = [() => writeFileSync(pack, Buffer.from(intact).fill(0, 100, 200)), () => rmSync(pack)];
    for (const damage of damages) {
      damage();
      await expect(copy.copyFrom(bench.repository('repository'), [ids[0] ?? '', ids[2] ?? ''])).rejects.toMatchObject({
        code: 'repository.damaged',
        message: expect.stringMatching(/^Repository repository is damaged: (?!\{)/),
      });
    }
    writeFileSync(pack, intact);
  });

  it('tells damage', async () => {
    rmSync(largestPack());
    const report = await backend.check({ type: 'structure' });
    expect(report.sound).toBe(false);
    expect(report.problems.join('\n')).toContain('does not exist');
    expect(report.advice.join()).not.toContain('prune');
  });
});
