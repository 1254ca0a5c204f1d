import { UmbraError, type SecretProvider, type SecretReference } from '@umbracore/contracts';
import { execFileSync } from 'node:child_process';
import { chmod, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { commandSecrets, credentialSecrets, envSecrets, fileSecrets } from './index.ts';

const canary = 'canary-7f3a-do-not-print';
const node = process.execPath;

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'umbra-secrets-'));
});

afterEach(() => rm(folder, { recursive: true }));

/** Rejects as a provider must: with the right code, a hint, and without the value in anything that could be printed. */
async function refusal(provider: SecretProvider, reference: SecretReference, signal?: AbortSignal) {
  const error: unknown = await provider.resolve(reference, signal).then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof UmbraError)) throw new Error(`not refused as it should be: ${inspect(error)}`);
  expect(inspect(error, { depth: 9, showHidden: true }) + JSON.stringify(error)).not.toContain(canary);
  return error;
}

describe('env', () => {
  const provider = envSecrets({ PASSWORD: `${canary}\n`, BLANKS: ' a ', EMPTY: '', BREAK: '\n' });
  const of = (target: string) => ({ scheme: 'env', target });

  test('gives the value without its line break', async () => {
    expect((await provider.resolve(of('PASSWORD'))).reveal()).toBe(canary);
    expect((await provider.resolve(of('BLANKS'))).reveal()).toBe(' a ');
  });

  test.each([
    ['ABSENT', /not set/],
    ['EMPTY', /empty/],
    ['BREAK', /empty/],
  ])('refuses %s', async (name, message) => {
    const error = await refusal(provider, of(name));
    expect(error).toMatchObject({ code: 'secret.unavailable', context: { reference: `env:${name}` } });
    expect(error.message).toMatch(message);
    expect(error.hint).toContain(name);
  });
});

describe('file', () => {
  const provider = fileSecrets();
  const of = (target: string) => ({ scheme: 'file', target });
  const put = async (content: string, mode: number) => {
    const path = join(folder, 'key');
    await writeFile(path, content);
    await chmod(path, mode);
    return path;
  };

  test.each([
    [`${canary}\n`, canary],
    [`${canary}\r\n`, canary],
    ['two\nlines\n', 'two\nlines'],
    [' blanks stay ', ' blanks stay '],
    ['twice\n\n', 'twice\n'],
  ])('gives the content of %j', async (content, expected) => {
    expect((await provider.resolve(of(await put(content, 0o600)))).reveal()).toBe(expected);
  });

  test('follows a link and looks at the file behind it', async () => {
    const path = await put(canary, 0o400);
    await symlink(path, join(folder, 'link'));
    expect((await provider.resolve(of(join(folder, 'link')))).reveal()).toBe(canary);
    await chmod(path, 0o644);
    expect((await refusal(provider, of(join(folder, 'link')))).message).toContain('mode 0644');
  });

  test.each([0o640, 0o604, 0o620, 0o610, 0o666])('refuses mode %o and tells the remedy', async (mode) => {
    const path = await put(canary, mode);
    const error = await refusal(provider, of(path));
    expect(error).toMatchObject({ code: 'secret.unavailable', hint: `Run chmod 600 ${path}` });
  });

  test('refuses what is no file, without waiting for a writer', async () => {
    const pipe = join(folder, 'pipe');
    execFileSync('mkfifo', ['-m', '600', pipe]);
    for (const path of [pipe, folder]) {
      expect((await refusal(provider, of(path))).message).toContain('not a regular file');
    }
  });

  test('refuses the absent, the empty, the relative and the huge', async () => {
    expect((await refusal(provider, of(join(folder, 'absent')))).message).toContain('no such file');
    expect((await refusal(provider, of(await put('\n', 0o600)))).message).toContain('empty');
    expect((await refusal(provider, of('key'))).message).toContain('absolute');
    expect((await refusal(provider, of(await put(canary.repeat(9999), 0o600)))).message).toContain('too long');
  });
});

describe('command', () => {
  const provider = commandSecrets({ env: { PATH: process.env['PATH'], VALUE: canary }, deadlineMs: 20_000 });
  const of = (...target: string[]) => ({ scheme: 'command', target });
  const script = (code: string) => of(node, '-e', code);

  test('gives what the program prints, run without a shell', async () => {
    expect((await provider.resolve(script('console.log(process.env.VALUE)'))).reveal()).toBe(canary);
    expect((await provider.resolve(of('echo', '$HOME; *'))).reveal()).toBe('$HOME; *');
  });

  test.each([
    [
      'a failing program',
      script('console.log(process.env.VALUE); console.error(process.env.VALUE); process.exit(3)'),
      /exit 3/,
    ],
    ['a killed program', script('console.log(process.env.VALUE); process.kill(process.pid, "SIGTERM")'), /SIGTERM/],
    ['silence', script(''), /empty/],
    ['a flood', script('for (let i = 0; i < 9999; i++) console.log(process.env.VALUE)'), /too much/],
    ['an absent program', of('/nowhere/program'), /no such program/],
    ['nothing', of(), /names no program/],
  ])('refuses %s', async (_, reference, message) => {
    const error = await refusal(provider, reference);
    expect(error).toMatchObject({ code: 'secret.unavailable', hint: expect.any(String) as string });
    expect(error.message).toMatch(message);
  });

  test('kills what does not end in time', async () => {
    const hasty = commandSecrets({ env: { VALUE: canary }, deadlineMs: 200 });
    const reference = script('console.log(process.env.VALUE); setInterval(() => {}, 1000)');
    expect((await refusal(hasty, reference)).message).toContain('did not end within 0.2 s');
  });

  test('kills it when cancelled', async () => {
    const abort = new AbortController();
    const refused = refusal(provider, script('setInterval(() => {}, 1000)'), abort.signal);
    abort.abort();
    expect((await refused).code).toBe('run.cancelled');
  });

  test('a program that asks gets no answer', async () => {
    expect((await provider.resolve(of('sh', '-c', 'cat; echo asked'))).reveal()).toBe('asked');
  });
});

test('a command that leaves something behind, such as an agent, is not waited for once it has ended', async () => {
  const provider = commandSecrets({ env: process.env, deadlineMs: 10_000 });
  const target = ['sh', '-c', `sleep 20 & echo $! ${canary}`];
  const [left, found] = (await provider.resolve({ scheme: 'command', target })).reveal().split(' ');
  expect(found).toBe(canary);
  // It lives on.
  process.kill(Number(left), 'SIGKILL');
});

describe('credential', () => {
  const provider = () => credentialSecrets({ CREDENTIALS_DIRECTORY: folder });
  const of = (target: string) => ({ scheme: 'credential', target });

  test.each([0o400, 0o440])('gives one of mode %o: that of an access list has the bits of the group', async (mode) => {
    await writeFile(join(folder, 'home'), `${canary}\n`);
    await chmod(join(folder, 'home'), mode);
    expect((await provider().resolve(of('home'))).reveal()).toBe(canary);
  });

  test.each([0o444, 0o460, 0o410])('refuses one of mode %o', async (mode) => {
    await writeFile(join(folder, 'home'), `${canary}\n`);
    await chmod(join(folder, 'home'), mode);
    const error = await refusal(provider(), of('home'));
    expect(error.message).toContain('others may read or change it');
  });
});
