import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { isUmbraError } from '@umbracore/contracts';
import { checkPackSizes, type ResticRepository, type StoredSnapshot } from '@umbracore/restic-reader';
import { Dice } from '../../../tools/testing/random-tree.ts';
import { gather, password, resticVersions, World } from './restic.ts';

/** Every file with its size and the time of its last change. */
function stateOf(folder: string): readonly string[] {
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' }).sort();
  return names.map((name) => {
    const { size, mtimeMs } = statSync(join(folder, name));
    return `${name} ${size} ${mtimeMs}`;
  });
}

describe.each(resticVersions.slice(-1))('while others work on a repository, with restic $version', ({ program }) => {
  let world: World;
  let repository: ResticRepository;
  let first: StoredSnapshot;
  let second: StoredSnapshot;

  beforeEach(async () => {
    world = new World().prepare();
    const dice = new Dice('meanwhile');
    for (const turn of ['one', 'two']) {
      for (let folder = 0; folder < 20; folder += 1) {
        mkdirSync(join(world.sources, `${folder}`), { recursive: true });
        writeFileSync(join(world.sources, `${folder}`, turn), dice.bytes(20_000));
      }
      await world.restic(program, 'backup', world.sources);
      if (turn === 'one')
        for (let folder = 0; folder < 10; folder += 1) rmSync(join(world.sources, `${folder}`), { recursive: true });
    }
    repository = await world.open();
    const [oldest, newest] = await repository.snapshots();
    if (oldest === undefined || newest === undefined) throw new Error('there should be two snapshots');
    first = oldest;
    second = newest;
  });
  afterEach(async () => {
    await repository[Symbol.asyncDispose]();
    world[Symbol.dispose]();
  });

  const forgetFirst = (): Promise<string> => world.restic(program, 'forget', '--prune', '--max-unused=0', first.id);

  it('reads what a prune moved to other packs', async () => {
    const { blobs } = await repository.index();
    const before = await gather(repository.ls(second.id));
    await forgetFirst();
    expect((await repository.index()).blobs).toBe(blobs);
    const after = await gather(repository.ls(second.id));
    expect(after.map(({ text }) => text)).toEqual(before.map(({ text }) => text));
    for (const { node } of after) for (const id of node.content) await repository.blob('data', id);
    expect(await checkPackSizes(repository)).toEqual([]);
  });

  it('says of what a prune removed that the repository changed, and that trying again may help', async () => {
    // Read before, so that the reader does not know better.
    await repository.index();
    await forgetFirst();
    const failure = await repository.tree(first.tree).catch((error: unknown) => error);
    expect(failure).toMatchObject({ code: 'repository.changed', retryable: true });
    await expect(gather(repository.ls(first.id))).rejects.toMatchObject({ code: 'snapshot.absent' });
    expect(await repository.snapshots()).toMatchObject([{ tree: second.tree }]);
  });

  it('lists all or says that the repository changed, wherever a prune comes in between', async () => {
    const { length } = await gather(repository.ls(first.id));
    const listing = gather(repository.ls(first.id)).then(
      (nodes) => nodes.length,
      (error: unknown) => (isUmbraError(error) ? error.code : error),
    );
    await forgetFirst();
    expect([length, 'repository.changed']).toContain(await listing);
  });

  it('sees a snapshot that was made after it was opened', async () => {
    await repository.index();
    writeFileSync(join(world.sources, 'new'), 'new');
    await world.restic(program, 'backup', world.sources);
    const newest = (await repository.snapshots()).at(-1);
    const nodes = await gather(repository.ls(newest?.id ?? '', { below: join(world.sources, 'new') }));
    expect(nodes).toHaveLength(1);
    const blob = nodes[0]?.node.content[0] ?? '';
    expect((await repository.blob('data', blob)).toString()).toBe('new');
  });

  it('needs no lock and leaves no trace', async () => {
    const env = { PATH: process.env['PATH'], HOME: world.folder, RESTIC_PASSWORD: password.reveal() };
    const writer = spawn(program, ['-r', world.repository, '--no-cache', 'backup', '--stdin'], {
      env,
      stdio: ['pipe', 'ignore', 'ignore'],
    });
    const locks = join(world.repository, 'locks');
    const deadline = performance.now() + 10_000;
    // Under its last name: before it has another one.
    const isLocked = (): boolean => readdirSync(locks).some((name) => name.length === 64);
    while (!isLocked() && performance.now() < deadline) await delay(10);
    expect(readdirSync(locks)).toHaveLength(1);
    const before = stateOf(world.repository);
    await using reader = await world.open();
    for (const { id } of await reader.snapshots()) expect((await gather(reader.ls(id))).length).toBeGreaterThan(0);
    expect(await checkPackSizes(reader)).toEqual([]);
    expect(stateOf(world.repository)).toEqual(before);
    writer.kill('SIGKILL');
    await once(writer, 'exit');
    expect(existsSync(locks)).toBe(true);
  });
});
