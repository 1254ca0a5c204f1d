import { Secret } from '@umbracore/contracts';
import { mkdtemp, readFile, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { fileSecrets, generatePassword, writeSecretFile } from './index.ts';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'umbra-secret-'));
});

afterEach(() => rm(folder, { recursive: true }));

test('passwords are long, plain and never the same', () => {
  const passwords = Array.from({ length: 200 }, () => generatePassword());
  expect(new Set(passwords).size).toBe(200);
  for (const password of passwords) expect(password).toMatch(/^[\w-]{43}$/);
  expect(generatePassword(16)).toHaveLength(22);
});

test('what is written can be read back, by us alone', async () => {
  const path = join(folder, 'keys', 'main.key');
  await writeSecretFile(path, new Secret('s3cret'));
  expect(await readFile(path, 'utf8')).toBe('s3cret\n');
  expect((await stat(path)).mode & 0o777).toBe(0o600);
  expect((await stat(join(folder, 'keys'))).mode & 0o777).toBe(0o700);
  expect(await readdir(join(folder, 'keys'))).toEqual(['main.key']);
  const secret = await fileSecrets().resolve({ scheme: 'file', target: path });
  expect(secret.reveal()).toBe('s3cret');
});

test('a file that is there stays as it is', async () => {
  const path = join(folder, 'main.key');
  await writeSecretFile(path, new Secret('first'));
  await expect(writeSecretFile(path, new Secret('second'))).rejects.toMatchObject({ code: 'usage.invalid' });
  expect(await readFile(path, 'utf8')).toBe('first\n');
  expect(await readdir(folder)).toEqual(['main.key']);
});
