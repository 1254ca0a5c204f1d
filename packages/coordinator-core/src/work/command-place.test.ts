import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { environmentOf, findProgram, folderOf } from './command-place.ts';

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'umbra-place-'));
  for (const name of ['first', 'second', 'second/dump']) await mkdir(join(folder, name));
  await writeFile(join(folder, 'first', 'tool'), 'no program');
  await chmod(join(folder, 'first', 'tool'), 0o600);
  await writeFile(join(folder, 'second', 'tool'), '#!/bin/sh\n');
  await chmod(join(folder, 'second', 'tool'), 0o700);
});

afterAll(() => rm(folder, { recursive: true, force: true }));

const env = () => ({ HOME: folder, PATH: `relative:${folder}/first::${folder}/second`, SHELL: '/bin/zsh' });

test('a program is the first one in PATH that may be run', async () => {
  expect(await findProgram('tool', folder, env())).toBe(join(folder, 'second', 'tool'));
});

test('a program with a slash is looked for from the working folder', async () => {
  expect(await findProgram('./tool', join(folder, 'second'), env())).toBe(join(folder, 'second', 'tool'));
  expect(await findProgram(`${folder}/second/tool`, '/', env())).toBe(join(folder, 'second', 'tool'));
});

test.each([
  ['tool', { PATH: '/nowhere:/nor:/here' }, /^There is no program "tool" in the folders of PATH$/],
  ['dump', { PATH: undefined }, /^There is no program "dump" in \/usr\/local\/bin:\/usr\/bin:\/bin$/],
  ['', {}, /^There is no program ""/],
  ['./first/tool', {}, /\/first\/tool is no program that this user may run$/],
  ['./second/dump', {}, /\/second\/dump is no program that this user may run$/],
])('that %j is absent is said with a hint', async (name, change, message) => {
  await expect(findProgram(name, folder, { ...env(), ...change })).rejects.toMatchObject({
    code: 'command.failed',
    message: expect.stringMatching(message),
    hint: expect.stringContaining('absolute path'),
  });
});

test('the working folder is the home folder, or the one that is named', async () => {
  expect(await folderOf(undefined, env())).toBe(folder);
  expect(await folderOf('/', env())).toBe('/');
  await expect(folderOf(join(folder, 'unmounted'), env())).rejects.toMatchObject({ code: 'command.failed' });
});

test('a command gets nothing of the environment but a few variables', () => {
  expect(environmentOf(env(), { job: 'dump', run: 'r-1' })).toEqual({
    HOME: folder,
    PATH: env().PATH,
    LANG: 'C.UTF-8',
    UMBRA_JOB: 'dump',
    UMBRA_RUN: 'r-1',
  });
  expect(environmentOf({ LANG: 'de_DE.UTF-8' }, { job: 'dump', run: 'r-1' })).toMatchObject({
    HOME: '/',
    PATH: '/usr/local/bin:/usr/bin:/bin',
    LANG: 'de_DE.UTF-8',
  });
});
