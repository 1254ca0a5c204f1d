import { randomBytes } from 'node:crypto';
import { chmodSync, cpSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Backend, CheckScope, RepairStep } from '@umbracore/contracts';
import { describeEach, outermostRestics } from './restic-versions.ts';
import { backupSpec, Bench } from './subject.ts';

describeEach(outermostRestics, 'repairing with restic $version', ({ program, version }) => {
  const bench = new Bench(program);
  const source = bench.path('sources', 'documents');

  beforeAll(async () => {
    const backend = bench.prepared('whole');
    mkdirSync(source);
    writeFileSync(join(source, 'large'), randomBytes(300_000));
    await backend.backup(backupSpec([source]));
    writeFileSync(join(source, 'small'), 'more');
    await backend.backup(backupSpec([source]));
  });
  afterAll(() => bench[Symbol.dispose]());

  /** A copy that is damaged in one way. */
  function damaged(name: string, damage: (repository: string) => void): Backend {
    const repository = bench.path(name);
    cpSync(bench.path('whole'), repository, { recursive: true });
    damage(repository);
    return bench.backend(name);
  }

  /** The largest one, which holds data alone, first. */
  const packsOf = (repository: string): readonly string[] => {
    const names = readdirSync(join(repository, 'data'), { recursive: true, encoding: 'utf8' });
    const packs = names.map((one) => join(repository, 'data', one)).filter((one) => statSync(one).isFile());
    for (const pack of packs) chmodSync(pack, 0o600);
    return packs.toSorted((a, b) => statSync(b).size - statSync(a).size);
  };
  const largestPack = (repository: string): string => packsOf(repository)[0] ?? '';

  /** Does what a check calls for until it is content, and gives what it did. */
  async function mend(backend: Backend, scope: CheckScope): Promise<readonly RepairStep['type'][]> {
    const done: RepairStep['type'][] = [];
    for (;;) {
      const { sound, repairs = [] } = await backend.check(done.length === 0 ? scope : { type: 'structure' });
      const step = sound ? undefined : repairs.find(({ type }) => !done.includes(type));
      if (step === undefined) return sound ? done : [...done, 'unsound' as never];
      await backend.repair(step);
      done.push(step.type);
    }
  }

  it('makes a lost index anew, and nothing is lost', async () => {
    const backend = damaged('no-index', (repository) => rmSync(join(repository, 'index'), { recursive: true }));
    mkdirSync(bench.path('no-index', 'index'));
    expect(await mend(backend, { type: 'structure' })).toEqual(['index']);
    expect(await backend.check({ type: 'all' })).toMatchObject({ sound: true });
  });

  it.skipIf(version === '0.14.0')('drops a damaged pack, and what is lost from the snapshots', async () => {
    const backend = damaged('flipped', (repository) => {
      const pack = largestPack(repository);
      writeFileSync(pack, Buffer.from(readFileSync(pack)).fill(0, 100, 200));
      // As a repair leaves it that is killed before it drops the pack.
      writeFileSync(join(bench.host.scratchDir, `pack-${basename(pack)}`), 'a copy');
    });
    // Blobs that are gone may as well be in a pack that no index names: that is looked for before anything is given up.
    expect(await mend(backend, { type: 'all' })).toEqual(['packs', 'index', 'snapshots']);
    expect(await backend.snapshots()).toHaveLength(2);
  });

  it.skipIf(version === '0.14.0')('saves first what is whole in a pack whose folders it cannot decrypt', async () => {
    const backend = damaged('folders', (repository) => {
      for (const pack of packsOf(repository).slice(1)) {
        writeFileSync(pack, Buffer.from(readFileSync(pack)).fill(0, 0, 30));
      }
    });
    const { repairs = [] } = await backend.check({ type: 'structure' });
    expect(repairs.map(({ type }) => type)).toEqual(['packs', 'snapshots']);
  });

  it('does with a missing pack what its version can', async () => {
    const backend = damaged('missing', (repository) => rmSync(largestPack(repository)));
    const wanted = version === '0.14.0' ? ['index', 'unsound'] : ['index', 'snapshots'];
    expect(await mend(backend, { type: 'structure' })).toEqual(wanted);
  });

  it.runIf(version === '0.14.0')('says which version could do more', async () => {
    const backend = bench.backend('whole');
    const hint = expect.stringContaining('0.16.0 or newer');
    await expect(backend.repair({ type: 'snapshots' })).rejects.toMatchObject({ code: 'backend.unsupported', hint });
  });

  it('takes no other word for the id of a pack', async () => {
    const step: RepairStep = { type: 'packs', packs: ['--help'] };
    await expect(bench.backend('whole').repair(step)).rejects.toMatchObject({ code: 'usage.invalid' });
  });
});
