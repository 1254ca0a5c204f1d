import { createHash } from 'node:crypto';
import { cpSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Secret } from '@umbracore/contracts';
import { openRepository } from '@umbracore/restic-reader';
import { addSnapshot, makeRepository, replaceKeys } from '../../../tools/testing/light-key.mjs';
import { gather, password, resticVersions, World } from './restic.ts';

const newest = resticVersions.slice(-1);

describe.each(newest)('opening a repository that restic $version made', ({ program }) => {
  const world = new World();

  beforeAll(async () => {
    await world.restic(program, 'init');
    writeFileSync(join(world.sources, 'file'), 'content');
    await world.restic(program, 'backup', world.sources);
  });
  afterAll(() => world[Symbol.dispose]());

  it('takes the time that scrypt takes, and holds up nobody meanwhile', async () => {
    let turns = 0;
    let open = false;
    const opening = world.open().finally(() => {
      open = true;
    });
    while (!open) {
      await new Promise((resolve) => {
        setImmediate(resolve);
      });
      turns += 1;
    }
    await using repository = await opening;
    expect(repository.id).toMatch(/^[0-9a-f]{64}$/);
    expect(turns).toBeGreaterThan(100);
  });

  it('takes the master key in the place of a password', async () => {
    const masterKey = new Secret(await world.restic(program, '--no-lock', 'cat', 'masterkey'));
    await using repository = await openRepository(world.repository, { masterKey });
    expect(repository.keyId).toBeUndefined();
    expect(await repository.snapshots()).toHaveLength(1);
  });

  it('refuses a master key of another repository, and one that is none', async () => {
    const other = { mac: { k: 'A'.repeat(22), r: 'A'.repeat(22) }, encrypt: `${'A'.repeat(43)}=` };
    for (const text of [JSON.stringify(other), '{}', 'no JSON']) {
      const opening = openRepository(world.repository, { masterKey: new Secret(text) });
      await expect(opening).rejects.toMatchObject({ code: 'repository.damaged' });
    }
  });

  it('finds the key among several, and tries the hinted one first', async () => {
    const copy = join(world.folder, 'several');
    cpSync(world.repository, copy, { recursive: true });
    const [own = ''] = readdirSync(join(copy, 'keys'));
    const masterKey = await world.restic(program, '--no-lock', 'cat', 'masterkey');
    const aside = join(world.folder, own);
    renameSync(join(copy, 'keys', own), aside);
    replaceKeys(copy, masterKey, 'another password');
    const [light = ''] = readdirSync(join(copy, 'keys'));
    renameSync(aside, join(copy, 'keys', own));
    const secret = new Secret('another password');
    // Its beginning does; one that leads nowhere does no harm.
    for (const keyHint of [light.slice(0, 8), undefined, '0123', own]) {
      await using repository = await openRepository(copy, { password: secret, keyHint });
      expect(repository.keyId).toBe(light);
    }
    // A damaged key is named, but only where no other one opens.
    writeFileSync(join(copy, 'keys', own), '{}', { mode: 0o600 });
    await using repository = await openRepository(copy, { password: secret });
    expect(repository.keyId).toBe(light);
    const wrong = openRepository(copy, { password: new Secret('wrong') });
    await expect(wrong).rejects.toMatchObject({ code: 'repository.damaged', message: expect.stringContaining(own) });
  });
});

describe('a repository', () => {
  const world = new World();
  const master = makeRepository(world.repository, password.reveal());
  addSnapshot(world.repository, master, { time: '2026-01-02T03:04:05Z', tree: 'a'.repeat(64), paths: [] });
  afterAll(() => world[Symbol.dispose]());

  it('does not open with a wrong password', async () => {
    await expect(world.open(new Secret('wrong'))).rejects.toMatchObject({ code: 'repository.wrong-password' });
  });

  it('is absent where there is none', async () => {
    for (const path of [join(world.folder, 'nowhere'), world.sources]) {
      await expect(openRepository(path, { password })).rejects.toMatchObject({ code: 'repository.absent' });
    }
  });

  it('of a format that is not known is left to restic', async () => {
    const path = join(world.folder, 'future');
    makeRepository(path, password.reveal(), 3 as 2);
    await expect(openRepository(path, { password })).rejects.toMatchObject({ code: 'backend.unsupported' });
  });

  it.each([
    ['"N":2,', '"N":1073741824,', 'backend.unsupported'],
    ['"p":1,', '"p":1073741824,', 'backend.unsupported'],
    ['"N":2,', '"N":3,', 'repository.damaged'],
    ['"r":1,', '"r":0,', 'repository.damaged'],
    ['"scrypt"', '"argon2"', 'backend.unsupported'],
  ])('is not tried with a key that has %s changed to %s', async (from, to, code) => {
    const path = join(world.folder, 'changed');
    makeRepository(path, password.reveal());
    const [name = ''] = readdirSync(join(path, 'keys'));
    const key = readFileSync(join(path, 'keys', name), 'utf8').replace(from, to);
    rmSync(join(path, 'keys', name));
    writeFileSync(join(path, 'keys', createHash('sha256').update(key).digest('hex')), key);
    await expect(openRepository(path, { password })).rejects.toMatchObject({ code });
    rmSync(path, { recursive: true });
  });

  it('gives nothing any more once it is closed, and never shows its key', async () => {
    const repository = await world.open();
    expect(inspect(repository, { depth: 10, showHidden: true })).not.toMatch(/<Buffer/);
    expect(JSON.stringify(repository)).not.toContain('encrypt');
    await repository[Symbol.asyncDispose]();
    await expect(repository.snapshots()).rejects.toThrow('wiped');
  });

  it('stops when its reader wants no more', async () => {
    await using repository = await world.open();
    const aborted = AbortSignal.abort();
    await expect(repository.blob('tree', '0'.repeat(64), aborted)).rejects.toMatchObject({ code: 'run.cancelled' });
    const opening = openRepository(world.repository, { password }, aborted);
    await expect(opening).rejects.toMatchObject({ code: 'run.cancelled' });
  });

  it('knows no snapshot that is not there', async () => {
    await using repository = await world.open();
    for (const id of ['0'.repeat(64), 'latest', '../config']) {
      await expect(repository.snapshot(id)).rejects.toMatchObject({ code: 'snapshot.absent' });
      await expect(gather(repository.ls(id))).rejects.toMatchObject({ code: 'snapshot.absent' });
    }
  });
});
