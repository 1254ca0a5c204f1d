import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  coverageOf,
  openRepository,
  readMemory,
  writeMemory,
  checkRepository,
  nothingRemembered,
  type Remembered,
} from '@umbracore/restic-reader';
import { check } from './check.ts';
import { Dice } from '../../../tools/testing/random-tree.ts';
import { password, resticVersions, World } from './restic.ts';

const day = 86_400_000;

describe.each(resticVersions)('checking a repository of restic $version', ({ version, program }) => {
  let world: World;
  let dice: Dice;

  const write = (folder: string, bytes = 20_000): void => {
    mkdirSync(join(world.sources, folder), { recursive: true });
    writeFileSync(join(world.sources, folder, 'file'), dice.bytes(bytes));
  };
  const backUp = (): Promise<string> => world.restic(program, 'backup', world.sources);
  const packs = (): number =>
    readdirSync(join(world.repository, 'data'), { recursive: true, withFileTypes: true }).filter((entry) =>
      entry.isFile(),
    ).length;

  beforeEach(async () => {
    world = new World().prepare();
    dice = new Dice(`checking ${version}`);
    for (let folder = 0; folder < 10; folder += 1) write(`${folder}`);
    await backUp();
  });
  afterEach(() => world[Symbol.dispose]());

  it('reads everything once, then only what is new', async () => {
    const first = await check(world.repository);
    expect(first.findings).toMatchObject({ problems: [], snapshots: 1, gone: [], notIndexed: 0 });
    expect(first.findings.read.packs).toBe(packs());
    expect(first.findings.read.trees).toBeGreaterThan(10);
    const again = await check(world.repository, first.remembered, { read: 'new' });
    expect(again.findings.read).toEqual({ trees: 0, packs: 0, bytes: 0 });
    const earlier = packs();
    write('3');
    await backUp();
    const { findings, remembered } = await check(world.repository, again.remembered, { read: 'new' });
    expect(findings).toMatchObject({ problems: [], snapshots: 2 });
    expect(findings.read.packs).toBe(packs() - earlier);
    expect(findings.read.trees).toBeLessThan(first.findings.read.trees);
    expect(coverageOf(remembered, day, Date.now())).toMatchObject({ packs: packs(), unreadBytes: 0 });
  });

  it('looks at all trees again when the index lost a file, and finds what is missing', async () => {
    const { remembered } = await check(world.repository);
    const index = join(world.repository, 'index');
    const old = readdirSync(index);
    write('new');
    await backUp();
    const later = await check(world.repository, remembered, { read: 'new' });
    for (const name of old) rmSync(join(index, name), { force: true });
    const lost = await check(world.repository, later.remembered, { read: 'new' });
    expect(lost.findings.problems.join('\n')).toMatch(/in no index/);
    expect(lost.findings.notIndexed).toBeGreaterThan(0);
    // It goes on saying so.
    const still = await check(world.repository, lost.remembered, { read: 'new' });
    expect(still.findings.problems).not.toEqual([]);
    await world.restic(
      program,
      version === '0.14.0' ? 'rebuild-index' : 'repair',
      ...(version === '0.14.0' ? [] : ['index']),
    );
    const mended = await check(world.repository, still.remembered, { read: 'new' });
    expect(mended.findings.problems).toEqual([]);
    const damaged = [later, still, mended].map((each) => each.remembered.damagedAt !== undefined);
    expect(damaged).toEqual([false, true, false]);
  });

  it('is at ease with what forget and prune do, and tells which snapshots went', async () => {
    write('more', 200_000);
    await backUp();
    rmSync(join(world.sources, '0'), { recursive: true });
    const { remembered } = await check(world.repository);
    await world.restic(program, 'forget', '--prune', '--max-unused=0', 'latest');
    const { findings, remembered: later } = await check(world.repository, remembered, { read: 'new' });
    expect(findings).toMatchObject({ problems: [], snapshots: 1 });
    expect(findings.gone).toHaveLength(1);
    const quiet = await check(world.repository, later, { read: 'new' });
    expect(quiet.findings).toMatchObject({ gone: [], read: { trees: 0, packs: 0 } });
  });

  it('takes a snapshot with another tag for the same', async () => {
    const { remembered } = await check(world.repository);
    await world.restic(program, 'tag', '--add', 'pinned');
    const { findings } = await check(world.repository, remembered, { read: 'new' });
    expect(findings).toMatchObject({ problems: [], gone: [], snapshots: 1 });
  });
});

describe.each(resticVersions.slice(-1))('what a check remembers', ({ program }) => {
  const world = new World();
  const file = join(world.folder, 'memory', 'one');

  beforeEach(async () => {
    rmSync(world.repository, { recursive: true, force: true });
    world.prepare();
    writeFileSync(join(world.sources, 'a'), new Dice('memory').bytes(300_000));
    await world.restic(program, 'backup', world.sources);
  });
  afterEach(() => rmSync(join(world.folder, 'memory'), { recursive: true, force: true }));

  it('does not read old packs the first time, but those of a backup that was just made', async () => {
    const old = await check(world.repository, nothingRemembered, { read: 'new' });
    expect(old.findings).toMatchObject({ problems: [], read: { packs: 0 } });
    expect(coverageOf(old.remembered, day, Date.now()).unreadBytes).toBeGreaterThan(300_000);
    const since = Date.now() - 60_000;
    const made = await check(world.repository, nothingRemembered, { read: 'new', since });
    expect(made.findings.read.bytes).toBeGreaterThan(300_000);
    const stillUnread = await check(world.repository, old.remembered, { read: 'new', since });
    expect(stillUnread.findings.read.packs).toBe(0);
  });

  it('is kept when a check is broken off, and goes on from there', async () => {
    const stop = new AbortController();
    let kept: Remembered | undefined;
    const broken = check(world.repository, nothingRemembered, {
      signal: stop.signal,
      report: ({ packs }) => packs === 1 && stop.abort(),
      keep: (remembered) => Promise.resolve(void (kept = remembered)),
    });
    await expect(broken).rejects.toMatchObject({ code: 'run.cancelled' });
    if (kept === undefined) throw new Error('nothing was kept');
    expect([...kept.packs.values()].filter(({ readAt }) => readAt !== undefined)).toHaveLength(1);
    expect(kept.soundAt).toBeUndefined();
    const pace = { withinMs: day, atMostBytes: 10 ** 9, everyMs: day };
    const { findings, remembered } = await check(world.repository, kept, { read: pace });
    expect(findings.plan).toMatchObject({ keeps: true });
    expect(coverageOf(remembered, day, Date.now()).unreadBytes).toBe(0);
  });

  it('reads again what a pace asks for, and no more in one day', async () => {
    const { remembered } = await check(world.repository);
    const pace = { withinMs: 2 * day, atMostBytes: 300_500, everyMs: day };
    const later = Date.now() + day + 1000;
    const one = await check(world.repository, remembered, { read: pace, now: () => later });
    expect(one.findings.read.packs).toBeGreaterThan(0);
    const two = await check(world.repository, one.remembered, { read: pace, now: () => later + 1000 });
    expect(one.findings.read.bytes + two.findings.read.bytes).toBeLessThanOrEqual(300_500);
  });

  it('comes through a file as it was, and a damaged file holds nothing', async () => {
    const { remembered } = await check(world.repository);
    await writeMemory(file, 'this one', { ...remembered, damagedAt: 5 });
    expect((await readMemory(file)).damagedAt).toBe(5);
    await writeMemory(file, 'this one', remembered);
    expect(await readMemory(file, 'another one')).toBe(nothingRemembered);
    const read = await readMemory(file, 'this one');
    expect({ ...read, trees: read.trees.bytes }).toEqual({ ...remembered, trees: remembered.trees.bytes });
    expect((await check(world.repository, read, { read: 'new' })).findings.read).toEqual({
      trees: 0,
      packs: 0,
      bytes: 0,
    });
    writeFileSync(file, 'umbra verified 1\nand nothing that makes sense');
    expect(await readMemory(file)).toBe(nothingRemembered);
    expect(await readMemory(join(world.folder, 'absent'))).toBe(nothingRemembered);
  });

  it('never alarms while backups, forgets and prunes of others are under way', async () => {
    let open = true;
    const others = (async () => {
      for (let turn = 0; turn < 3; turn += 1) {
        writeFileSync(join(world.sources, 'a'), new Dice(`others ${turn}`).bytes(200_000));
        await world.restic(program, 'backup', world.sources);
        await world.restic(program, 'forget', '--prune', '--max-unused=0', '--keep-last=1');
      }
      open = false;
    })();
    await using repository = await openRepository(world.repository, { password });
    let remembered = nothingRemembered;
    let checks = 0;
    while (open) {
      const checked = await checkRepository(repository, remembered, { read: 'new', since: 0, now: () => Date.now() });
      expect(checked.findings.problems).toEqual([]);
      ({ remembered } = checked);
      checks += 1;
    }
    await others;
    expect(checks).toBeGreaterThan(5);
  });
});
