import { spawn } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Secret, type Clock, type SecretProvider } from '@umbracore/contracts';
import { FakeClock } from '@umbracore/testkit';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { keychainSecrets, SecretStore } from '../src/index.ts';

const canary = 'canary-2e77-never-shown';
let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'umbra-store-'));
});
afterEach(() => rm(dir, { recursive: true, force: true }));

const storeIn = (more: { readonly passphraseFile?: string; readonly clock?: Clock } = {}) =>
  new SecretStore({ dir, clock: new FakeClock(), costs: { N: 1024, r: 8, p: 1 }, ...more });

const runningClock: Clock = Object.assign(new FakeClock(), {
  monotonicMs: () => performance.now(),
  sleep: (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms)),
});

const everything = async (): Promise<string> => {
  const files = (await readdir(dir)).map((name) => readFile(join(dir, name), 'latin1'));
  return (await Promise.all(files)).join('\n');
};

async function passphrase(text: string): Promise<string> {
  const file = join(dir, `passphrase-${text.length}`);
  await writeFile(file, `${text}\n`, { mode: 0o600 });
  return file;
}

test('what is set is found, listed, replaced and removed, and stands nowhere as it is', async () => {
  const store = storeIn();
  await store.set('umbra/home', new Secret(canary));
  await store.set('token', new Secret('another'));
  expect((await storeIn().get('umbra/home'))?.reveal()).toBe(canary);
  expect((await store.list()).map(({ name }) => name)).toEqual(['token', 'umbra/home']);
  const said = await everything();
  expect(said).not.toContain(canary);
  expect(said).not.toContain(Buffer.from(canary).toString('base64').slice(0, 16));
  await store.set('token', new Secret('a third'));
  expect((await store.get('token'))?.reveal()).toBe('a third');
  expect([await store.remove('token'), await store.remove('token'), await store.get('token')]).toEqual([
    true,
    false,
    undefined,
  ]);
});

test('nobody else may read its files', async () => {
  await storeIn().set('a', new Secret(canary));
  const names = await readdir(dir);
  expect(names.toSorted()).toEqual(['store.json', 'store.key']);
  for (const name of names) expect((await stat(join(dir, name))).mode & 0o777).toBe(0o600);
});

test('an entry that was changed, or put in the place of another, is refused', async () => {
  const store = storeIn();
  await store.set('a', new Secret('of a'));
  await store.set('b', new Secret('of b'));
  const content = JSON.parse(await readFile(store.file, 'utf8')) as { entries: Record<string, unknown> };
  await writeFile(store.file, JSON.stringify({ ...content, entries: { a: content.entries['b'] } }));
  await expect(store.get('a')).rejects.toMatchObject({
    code: 'secret.unavailable',
    message: expect.stringContaining('the secret a was changed') as string,
  });
});

describe('a file of it that is damaged is said to be so', () => {
  const entries = { token: { iv: '', data: '', tag: '', setAt: 0 } };
  const schema = 'umbra.secrets/1';
  test.each([
    ['store.key', 'garbage'],
    ['store.key', 'null'],
    ['store.key', '[1]'],
    ['store.key', '{"KEY":7}'],
    ['store.key', '{"KEY":"c2hvcnQ="}'],
    ['store.json', ''],
    ['store.json', 'garbage'],
    ['store.json', 'null'],
    ['store.json', JSON.stringify({ schema, entries: null })],
    ['store.json', JSON.stringify({ schema, entries })],
    ['store.json', JSON.stringify({ schema, entries, key: {}, check: {} })],
    ['store.json', JSON.stringify({ schema, entries, key: { scrypt: { salt: 'x', N: 3, r: 8, p: 1 } }, check: {} })],
    ['store.json', JSON.stringify({ schema, entries: { token: 'x' }, key: { id: 'KEY' }, check: {} })],
  ])('%s: %s', async (name, content) => {
    const passphraseFile = await passphrase('words');
    await storeIn().set('token', new Secret(canary));
    const [id = ''] = Object.keys(JSON.parse(await readFile(join(dir, 'store.key'), 'utf8')) as object);
    await writeFile(join(dir, name), content.replace('KEY', id));
    const store = storeIn({ passphraseFile, clock: runningClock });
    const asks = [() => store.get('token'), () => store.set('another', new Secret('x')), () => store.rotate()];
    for (const ask of asks) {
      const error: unknown = await ask().then(
        () => undefined,
        (thrown: unknown) => thrown,
      );
      expect(error).toMatchObject({ code: 'secret.unavailable' });
    }
  });
});

describe('by a passphrase', () => {
  test('it opens with that one alone, and no key is on the disk', async () => {
    const store = storeIn({ passphraseFile: await passphrase('right') });
    await store.set('a', new Secret(canary));
    expect((await store.get('a'))?.reveal()).toBe(canary);
    expect(await readdir(dir)).not.toContain('store.key');
    const wrong = storeIn({ passphraseFile: await passphrase('wrong one') });
    await expect(wrong.get('a')).rejects.toThrow('the key or passphrase is another one');
    await expect(storeIn().get('a')).rejects.toThrow('none is given');
  });

  test('it can be given to a store with a key file, and taken back', async () => {
    await storeIn().set('a', new Secret(canary));
    const passphraseFile = await passphrase('right');
    expect(await storeIn().rotate({ passphraseFile })).toBe(1);
    expect(await readdir(dir)).not.toContain('store.key');
    expect((await storeIn({ passphraseFile }).get('a'))?.reveal()).toBe(canary);
  });
});

test('a rotation leaves one key, another one, and every secret', async () => {
  const store = storeIn();
  for (const name of ['a', 'b']) await store.set(name, new Secret(`of ${name}`));
  const before = await readFile(join(dir, 'store.key'), 'utf8');
  expect(await store.rotate()).toBe(2);
  const after = JSON.parse(await readFile(join(dir, 'store.key'), 'utf8')) as Record<string, string>;
  expect(Object.keys(after)).toHaveLength(1);
  expect(Object.keys(JSON.parse(before) as object)).not.toEqual(Object.keys(after));
  for (const name of ['a', 'b']) expect((await store.get(name))?.reveal()).toBe(`of ${name}`);
});

test('two processes lose nothing of each other, and a kill at any instant leaves a store that opens, with all that was set', async () => {
  const program = fileURLToPath(new URL('store-writer.ts', import.meta.url));
  const writers = ['x', 'y'].map((prefix) => {
    const child = spawn(process.execPath, ['--conditions=@umbra/source', program, dir, prefix]);
    let said = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => (said += text));
    const ended = new Promise((resolve) => child.on('close', resolve));
    return { child, ended, said: () => said.split('\n').slice(0, -1) };
  });
  while (writers.some(({ said }) => said().length < 8)) {
    expect(writers.map(({ child }) => child.exitCode)).toEqual([null, null]);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  for (const { child, ended } of writers) {
    child.kill('SIGKILL');
    await ended;
  }
  // A lock that one of them left is taken over after a wait, in which a clock that stands still would stay.
  const store = storeIn({ clock: runningClock });
  const told = writers.flatMap(({ said }) => said());
  for (const name of told) expect((await store.get(name))?.reveal()).toBe(`value of ${name}`);
  // The lock of whoever was killed is no obstacle.
  await store.set('after', new Secret('all is well'));
  await store.rotate();
  expect((await store.get(told[0] ?? ''))?.reveal()).toBe(`value of ${told[0]}`);
});

test('a lock whose process is gone is taken over', async () => {
  const gone = spawn('true');
  await new Promise((resolve) => gone.on('close', resolve));
  await writeFile(join(dir, 'store.lock'), String(gone.pid), { mode: 0o600 });
  const store = storeIn({ clock: runningClock });
  await store.set('after', new Secret('all is well'));
  expect((await store.get('after'))?.reveal()).toBe('all is well');
  expect(await readdir(dir)).not.toContain('store.lock');
});

test('where no keychain answers the store does, and that is said once', async () => {
  const notices: string[] = [];
  const store = storeIn();
  await store.set('umbra/home', new Secret(canary));
  const provider: SecretProvider = keychainSecrets({
    env: { PATH: dir },
    fallback: store.provider(),
    notice: (text) => notices.push(text),
    platform: 'linux',
  });
  for (let n = 0; n < 2; n += 1) {
    const found = await provider.resolve({ scheme: 'keychain', target: 'umbra/home' });
    expect(found.reveal()).toBe(canary);
  }
  expect(notices).toEqual([
    'No keychain answers for keychain:umbra/home: the encrypted store of this machine does instead.',
  ]);
  expect(provider.noteOn?.({ scheme: 'keychain', target: 'umbra/home' })).toBe(
    'no keychain answers for it, and store:umbra/home does instead',
  );
  await writeFile(join(dir, 'secret-tool'), '#!/bin/sh\nprintf found\n', { mode: 0o700 });
  await provider.resolve({ scheme: 'keychain', target: 'umbra/home' });
  expect(provider.noteOn?.({ scheme: 'keychain', target: 'umbra/home' })).toBeUndefined();
  await rm(join(dir, 'secret-tool'));
  await expect(provider.resolve({ scheme: 'keychain', target: 'umbra/other' })).rejects.toMatchObject({
    code: 'secret.unavailable',
    hint: expect.stringContaining('umbra secret set umbra/other') as string,
  });
});
