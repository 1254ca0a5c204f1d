import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  linkSync,
  writeFileSync,
  symlinkSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  type Backend,
  type BackendRepository,
  type Repositories,
  type RepositoryDefinition,
  Secret,
  UmbraError,
} from '@umbracore/contracts';
import { aRepository } from '@umbracore/testkit';
import { rotatePassword } from './rotate.ts';

let folder: string;
let file: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'umbra-rotate-'));
  file = join(folder, 'password');
  writeFileSync(file, 'first\n', { mode: 0o600 });
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** A crash of ours, or an engine that fails: nothing after it happens. */
class Crash extends UmbraError {
  constructor() {
    super('engine.crashed', 'crash');
  }
}

/** A repository that is nothing but its keys, and that can fail at each call, before or after what it does. */
class Keys {
  readonly passwords = new Map([['key-first', 'first']]);
  calls = 0;
  failAt: number | undefined;

  readonly repositories = {
    resolve: (definition: RepositoryDefinition) =>
      Promise.resolve({ definition, password: new Secret(readFileSync(file, 'utf8').trim()), env: {} }),
    backendOf: (repository: BackendRepository) => Promise.resolve(this.#openedBy(repository)),
  } as Repositories;

  opensWith(password: string): boolean {
    return [...this.passwords.values()].includes(password);
  }

  #openedBy({ password }: BackendRepository): Backend {
    const own = (): string => {
      const found = [...this.passwords].find(([, known]) => known === password?.reveal());
      if (found === undefined) throw new UmbraError('repository.wrong-password', 'wrong');
      return found[0];
    };
    return {
      keys: () => this.#call(() => [...this.passwords.keys()].map((id) => ({ id, current: id === own() }))),
      addKey: (added: Secret) =>
        this.#call(() => {
          own();
          this.passwords.set(`key-${added.reveal()}`, added.reveal());
          return `key-${added.reveal()}`;
        }),
      removeKey: (id: string) =>
        this.#call(() => {
          if (own() === id) throw new UmbraError('engine.failed', 'refusing to remove the key in use');
          this.passwords.delete(id);
        }),
    } as unknown as Backend;
  }

  async #call<T>(act: () => T): Promise<T> {
    if (this.calls++ === this.failAt) throw new Crash();
    const result = act();
    if (this.calls++ === this.failAt) throw new Crash();
    return result;
  }
}

const definition = (): RepositoryDefinition =>
  aRepository({ name: 'home', password: { scheme: 'file', target: file } });

const rotate = (keys: Keys, next: string) =>
  rotatePassword({
    configuration: { repositories: new Map([['home', definition()]]) },
    repositories: keys.repositories,
    definition: definition(),
    next: new Secret(next),
  });

const stored = (): string => readFileSync(file, 'utf8').trim();

describe('rotatePassword', () => {
  it('leaves the new password, in the file and in the repository, and nothing else', async () => {
    const keys = new Keys();
    expect(await rotate(keys, 'second')).toEqual({
      file,
      added: 'key-second',
      removed: 'key-first',
      finished: false,
    });
    expect([stored(), [...keys.passwords.values()], readdirSync(folder)]).toEqual(['second', ['second'], ['password']]);
  });

  it('never leaves a file that opens nothing, and the next call goes on, whatever failed', async () => {
    for (let failAt = 0; ; failAt += 1) {
      const keys = new Keys();
      writeFileSync(file, 'first\n', { mode: 0o600 });
      keys.failAt = failAt;
      const failed = await rotate(keys, 'second').then(
        () => false,
        () => true,
      );
      expect([failAt, keys.opensWith(stored())]).toEqual([failAt, true]);
      if (!failed) break;
      keys.failAt = undefined;
      await rotate(keys, 'third');
      expect([failAt, [...keys.passwords.values()]]).toEqual([failAt, [stored()]]);
      expect(readdirSync(folder)).toEqual(['password']);
    }
  });

  it('goes on after a crash in the exchange of the files', async () => {
    const keys = new Keys();
    keys.passwords.set('key-second', 'second');
    linkSync(file, `${file}.old`);
    writeFileSync(`${file}.new`, 'second\n', { mode: 0o600 });
    expect(await rotate(keys, 'third')).toMatchObject({ added: 'key-second', removed: 'key-first', finished: true });
    expect([stored(), readdirSync(folder)]).toEqual(['second', ['password']]);
  });

  it('writes the file behind a link, and leaves the link', async () => {
    const link = join(folder, 'link');
    symlinkSync(file, link);
    const linked = aRepository({ name: 'home', password: { scheme: 'file', target: link } });
    const configuration = { repositories: new Map([['home', linked]]) };
    const { repositories } = new Keys();
    await rotatePassword({ configuration, repositories, definition: linked, next: new Secret('second') });
    expect(stored()).toBe('second');
    expect(existsSync(link)).toBe(true);
  });

  it.each([
    ['a variable', { scheme: 'env', target: 'PASSWORD' }, 'umbra repo password add home --from FILE'],
    ['a command', { scheme: 'command', target: ['pass', 'home'] }, 'umbra repo password add home --from FILE'],
    ['the store', { scheme: 'store', target: 'umbra/home' }, 'umbra secret set umbra/home --replace'],
  ])('changes nothing where the password comes from %s', async (_, password, hint) => {
    const keys = new Keys();
    const other = aRepository({ name: 'home', password });
    const configuration = { repositories: new Map([['home', other]]) };
    const { repositories } = keys;
    const rotation = rotatePassword({ configuration, repositories, definition: other, next: new Secret('second') });
    await expect(rotation).rejects.toMatchObject({ code: 'secret.unavailable', hint: expect.stringContaining(hint) });
    expect(keys.calls).toBe(0);
  });

  it('changes nothing where another repository uses the same file', async () => {
    const keys = new Keys();
    const other = aRepository({ name: 'offsite', password: { scheme: 'file', target: file } });
    const configuration = { repositories: new Map([definition(), other].map((one) => [one.name, one])) };
    const { repositories } = keys;
    const rotation = rotatePassword({ configuration, repositories, definition: definition(), next: new Secret('x') });
    await expect(rotation).rejects.toMatchObject({ message: expect.stringContaining('offsite') });
    expect(keys.calls).toBe(0);
  });
});
