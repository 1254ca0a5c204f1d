import { mkdirSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Progress } from '@umbracore/contracts';
import { statisticsOf } from '../src/native/statistics.ts';
import { resticVersions, World } from './restic.ts';

describe.each(resticVersions.slice(-1))('the statistics of a repository, beside restic $version', ({ program }) => {
  const world = new World().prepare();

  beforeAll(async () => {
    for (const name of ['kept', 'lost']) {
      mkdirSync(join(world.sources, name));
      writeFileSync(join(world.sources, name, 'file'), randomBytes(100_000));
    }
    writeFileSync(join(world.sources, 'text'), 'compressible '.repeat(10_000));
    await world.restic(program, 'backup', world.sources);
    await world.restic(program, 'backup', world.sources);
    rmSync(join(world.sources, 'lost'), { recursive: true });
    await world.restic(program, 'backup', world.sources);
    const [first, second] = JSON.parse(await world.restic(program, '--json', 'snapshots'));
    await world.restic(program, 'forget', first.id, second.id);
  });
  afterAll(() => world[Symbol.dispose]());

  it('are those of restic and of the disk', async () => {
    await using repository = await world.open();
    const reports: Progress[] = [];
    const found = await statisticsOf(repository, { unused: true, report: (progress) => void reports.push(progress) });
    const data = join(world.repository, 'data');
    const packs = readdirSync(data, { recursive: true, encoding: 'utf8' })
      .map((name) => statSync(join(data, name)))
      .filter((entry) => entry.isFile());
    const storedBytes = packs.reduce((sum, { size }) => sum + size, 0);
    expect(found).toMatchObject({ snapshots: 1, packs: packs.length, storedBytes });
    const raw = JSON.parse(await world.restic(program, '--json', 'stats', '--mode=raw-data'));
    const blobs = [...(await repository.index()).blobs.blobs()].reduce((sum, { length }) => sum + length, 0);
    expect(blobs - (found.unusedBytes ?? 0)).toBe(raw.total_size);
    expect(found.unusedBytes).toBeGreaterThan(100_000);
    const size = JSON.parse(await world.restic(program, '--json', 'stats', '--mode=restore-size'));
    expect(found.sourceBytes).toBe(size.total_size);
    expect(reports.at(-1)?.percentage).toBeGreaterThan(0);
    expect(await statisticsOf(repository, {})).toEqual({ ...found, unusedBytes: undefined });
  });
});
