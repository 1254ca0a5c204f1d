import { execFile } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Backend, type BackendHost, type BackendRepository, Secret } from '@umbracore/contracts';
import { openRepository } from '@umbracore/restic-reader';
import { withQuickAccess } from '@umbracore/restic-reader/access';
import { FakeClock, recordingLog, type RecordingLog } from '@umbracore/testkit';
import { canMount, smallDisk } from '../../../tools/faults/injectors/small-disk.ts';
import { replaceKeys } from '../../../tools/testing/light-key.mjs';
import { password, resticVersions, World } from './restic.ts';

const run = promisify(execFile);

/** Where restic would be: shows what it would be opened with, and removes keys as restic does. */
class Stand {
  readonly world = new World().prepare();
  readonly log: RecordingLog = recordingLog();
  readonly secretDir = join(this.world.folder, 'secrets');
  readonly cacheDir = join(this.world.folder, 'cache');
  #opened: BackendRepository | undefined;

  get keys(): readonly string[] {
    return readdirSync(join(this.world.repository, 'keys'));
  }

  get secretFile(): string {
    return join(this.secretDir, 'home.machine-key');
  }

  backend(location = this.world.repository): Backend {
    const definition = { name: 'home', location } as BackendRepository['definition'];
    const { log, secretDir, cacheDir } = this;
    const host = { log, secretDir, cacheDir, env: {}, clock: new FakeClock() } as unknown as BackendHost;
    const factory = (repository: BackendRepository): Backend => {
      this.#opened = repository;
      const removeKey = async (id: string): Promise<void> => rmSync(join(location, 'keys', id));
      return { name: 'stand', supports: new Set(['keys']), removeKey } as unknown as Backend;
    };
    return withQuickAccess(factory)({ definition, password, env: {} }, host);
  }

  /** What the next call of restic would be opened with. */
  async opener(): Promise<{ readonly secret: string | undefined; readonly keyHint: string | undefined }> {
    this.backend();
    const opener = await this.#opened?.access?.opener(password);
    return { secret: opener?.password.reveal(), keyHint: opener?.keyHint };
  }

  [Symbol.dispose](): void {
    this.world[Symbol.dispose]();
  }
}

const own = { secret: password.reveal(), keyHint: undefined };

describe('a machine key', () => {
  it('opens the repository in the place of its password until it is removed', async () => {
    using stand = new Stand();
    const [first = ''] = stand.keys;
    expect(await stand.backend().machineKey()).toBeUndefined();
    const { id, file } = await stand.backend().addMachineKey();
    expect(new Set(stand.keys)).toEqual(new Set([first, id]));
    expect(file).toBe(stand.secretFile);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    const secret = readFileSync(file, 'utf8').trim();
    expect(Buffer.from(secret, 'base64url')).toHaveLength(32);
    expect(await stand.opener()).toEqual({ secret, keyHint: id });
    // Adding it again changes nothing.
    expect(await stand.backend().addMachineKey()).toEqual({ id, file });
    expect(stand.keys).toHaveLength(2);

    expect(await stand.backend().removeMachineKey()).toBe(true);
    expect(stand.keys).toEqual([first]);
    expect(existsSync(file)).toBe(false);
    expect(await stand.opener()).toEqual(own);
    expect(await stand.backend().removeMachineKey()).toBe(false);
  });

  it('is one secret, whoever else makes it at the same time', async () => {
    using stand = new Stand();
    const made = await Promise.all([stand.backend().addMachineKey(), stand.backend().addMachineKey()]);
    expect(new Set(made.map(({ file }) => file)).size).toBe(1);
    const { secret, keyHint } = await stand.opener();
    expect(secret).toBe(readFileSync(stand.secretFile, 'utf8').trim());
    expect(made.map(({ id }) => id)).toContain(keyHint);
    await stand.backend().removeMachineKey();
    expect(stand.keys).toHaveLength(1);
  });

  it('gives way to the password when its key is gone, and is made whole again', async () => {
    using stand = new Stand();
    const { id, file } = await stand.backend().addMachineKey();
    const secret = readFileSync(file, 'utf8');
    rmSync(join(stand.world.repository, 'keys', id ?? ''));
    expect(await stand.opener()).toEqual(own);
    expect(stand.log.lines.map(({ message }) => message).join()).toContain('it is not in the repository');
    expect(await stand.backend().machineKey()).toEqual({ id: undefined, file });
    // As after a crash between secret and key.
    const again = await stand.backend().addMachineKey();
    expect(readFileSync(file, 'utf8')).toBe(secret);
    expect(await stand.opener()).toEqual({ secret: secret.trim(), keyHint: again.id });
  });

  it('is not used with a secret that others may read, and can be removed all the same', async () => {
    using stand = new Stand();
    const { id } = await stand.backend().addMachineKey();
    chmodSync(stand.secretFile, 0o640);
    expect(await stand.opener()).toMatchObject({ secret: password.reveal() });
    await expect(stand.backend().addMachineKey()).rejects.toMatchObject({ code: 'secret.unavailable' });
    expect((await stand.backend().machineKey())?.id).toBe(id);
    await stand.backend().removeMachineKey();
    expect(stand.keys).not.toContain(id);
  });

  it('is not made where it cannot be put, or with a password that is wrong', async () => {
    using stand = new Stand();
    const far = stand.backend('rest:http://127.0.0.1:1/');
    expect(far.supports.has('machine-key')).toBe(false);
    await expect(far.addMachineKey()).rejects.toMatchObject({ code: 'backend.unsupported' });
    expect(await far.removeMachineKey()).toBe(false);
    replaceKeys(stand.world.repository, await masterKeyOf(stand.world), 'another');
    await expect(stand.backend().addMachineKey()).rejects.toMatchObject({ code: 'repository.wrong-password' });
    expect(existsSync(stand.secretFile)).toBe(false);
    await expect(stand.backend(join(stand.world.folder, 'nowhere')).addMachineKey()).rejects.toMatchObject({
      code: 'repository.absent',
    });
  });

  it.runIf(canMount)('leaves no secret behind where its key cannot be put (needs the right to mount)', async () => {
    using stand = new Stand();
    const folder = join(stand.world.folder, 'disk');
    mkdirSync(folder);
    using disk = smallDisk(folder, '8m');
    const repository = join(folder, 'repository');
    cpSync(stand.world.repository, repository, { recursive: true });
    disk.makeReadOnly();
    const adding = stand.backend(repository).addMachineKey();
    await expect(adding).rejects.toMatchObject({ code: 'repository.permission' });
    expect(existsSync(stand.secretFile)).toBe(false);
  });

  it('may be read by those who may read the repository, and leaves no draft', async () => {
    using stand = new Stand();
    const config = join(stand.world.repository, 'config');
    chmodSync(config, 0o440);
    const isRoot = process.getuid?.() === 0;
    const owner = isRoot ? [1234, 2345] : [process.getuid?.(), process.getgid?.()];
    if (isRoot) chownSync(config, 1234, 2345);
    const { id } = await stand.backend().addMachineKey();
    const { mode, uid, gid } = statSync(join(stand.world.repository, 'keys', id ?? ''));
    expect(mode & 0o777).toBe(0o440);
    expect([uid, gid]).toEqual(owner);
    expect(stand.keys).toHaveLength(2);
    expect(readdirSync(stand.secretDir)).toEqual(['home.machine-key']);
  });
});

const masterKeyOf = async (world: World): Promise<string> =>
  world.restic(resticVersions.at(-1)?.program ?? '', '--no-lock', 'cat', 'masterkey');

describe('the hint which key opens', () => {
  it('is found once where there are several keys, and kept for the next time', async () => {
    using stand = new Stand();
    // The key of the machine is another key than that of the password.
    const [first = ''] = stand.keys;
    expect((await stand.opener()).keyHint).toBeUndefined();
    await stand.backend().addMachineKey();
    rmSync(stand.secretFile);
    expect(await stand.opener()).toEqual({ ...own, keyHint: first });
    const [kept = ''] = readdirSync(stand.cacheDir);
    expect(readFileSync(join(stand.cacheDir, kept), 'utf8').trim()).toBe(first);
    // What somebody else wrote there is no hint.
    writeFileSync(join(stand.cacheDir, kept), '--option=x');
    expect(await stand.opener()).toEqual({ ...own, keyHint: first });
    // Nor is a key that is gone.
    writeFileSync(join(stand.cacheDir, kept), '0'.repeat(64));
    expect(await stand.opener()).toEqual({ ...own, keyHint: first });
  });
});

describe.each(resticVersions)('restic $version', ({ program }) => {
  const stand = new Stand();
  const { world } = stand;
  let id = '';
  const byMachineKey = async (...args: readonly string[]): Promise<string> => {
    const flags = ['-r', world.repository, '--no-cache', '--password-file', stand.secretFile];
    const env = { PATH: process.env['PATH'], HOME: world.folder };
    return (await run(program, [...flags, ...args], { cwd: world.folder, env })).stdout;
  };

  beforeAll(async () => {
    mkdirSync(join(world.sources, 'folder'));
    writeFileSync(join(world.sources, 'folder', 'file'), 'content');
    ({ id = '' } = await stand.backend().addMachineKey());
  });
  afterAll(() => stand[Symbol.dispose]());

  it('works with a machine key as with any other', async () => {
    await byMachineKey('--key-hint', id, 'backup', world.sources);
    expect(await byMachineKey('cat', 'masterkey')).toBe(await world.restic(program, 'cat', 'masterkey'));
    await byMachineKey('check', '--read-data');
    await using repository = await openRepository(world.repository, {
      password: new Secret(readFileSync(stand.secretFile, 'utf8').trim()),
    });
    expect(repository.keyId).toBe(id);
    expect(await repository.snapshots()).toHaveLength(1);
  });

  it('lists it, and removes it with the password', async () => {
    const keys: readonly Record<string, unknown>[] = JSON.parse(await world.restic(program, 'key', 'list', '--json'));
    const shown = keys.find((key) => id.startsWith(String(key['id'])));
    expect(shown).toMatchObject({ current: false, userName: 'umbra-machine-key' });
    await world.restic(program, 'key', 'remove', id);
    await expect(byMachineKey('cat', 'config')).rejects.toThrow(/wrong password/);
    expect(await stand.opener()).toEqual(own);
    expect(await world.restic(program, 'snapshots')).toContain('1 snapshots');
  });

  it('takes a hint at a key that is not there for none, and with a good one comes to no damaged key', async () => {
    for (const hint of ['0'.repeat(64), 'no id']) {
      expect(await world.restic(program, '--key-hint', hint, 'cat', 'config')).toContain('chunker_polynomial');
    }
    const [own = ''] = stand.keys;
    writeFileSync(join(world.repository, 'keys', '0'.repeat(64)), '{}');
    await expect(world.restic(program, 'cat', 'config')).rejects.toThrow(/Fatal/);
    expect(await world.restic(program, '--key-hint', own, 'cat', 'config')).toContain('chunker_polynomial');
  });
});
