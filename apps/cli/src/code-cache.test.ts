import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';

let folder: string;
let file: string;
let keptIn: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'umbra-code-'));
  file = join(folder, 'program.cjs');
  keptIn = join(folder, 'program.code');
  writeFileSync(join(folder, 'beside.mjs'), 'export const said = "beside";');
  writeProgram('exports.answer = (name) => `hello ${name}`; exports.beside = () => import("./beside.mjs");');
});

afterEach(() => {
  rmSync(folder, { recursive: true });
});

/** As the build does it. */
function writeProgram(body: string): void {
  const text = `(function (exports, require, module, __fileUrl) {"use strict";exports.url = __fileUrl;${body}})`;
  writeFileSync(file, `${text}//${createHash('sha256').update(text).digest('base64')}`);
}

/** Loads the program in a process of its own, and gives what that wrote. */
function load(then = 'program.answer("you")', where: string | undefined = keptIn): string {
  const code = `import { loadProgram } from ${JSON.stringify(join(import.meta.dirname, 'code-cache.ts'))};
    const loaded = loadProgram(${JSON.stringify(file)}, ${JSON.stringify(where)});
    const program = loaded.exports;
    process.stdout.write(String(await (${then})));`;
  const args = ['--no-warnings', '--input-type=module', '-e', code];
  const { stdout, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' });
  return stdout + stderr;
}

/** Of how many processes the kept code has learned. */
const learned = (): number | undefined => readFileSync(keptIn)[32];

test('what a program exports, the same with code that was kept; five processes are enough to learn from', () => {
  for (const times of [1, 2, 3, 4, 5, 5]) {
    expect(load()).toBe('hello you');
    expect(learned()).toBe(times);
  }
  expect(statSync(keptIn).mode & 0o777).toBe(0o600);
  expect(readdirSync(folder).toSorted()).toEqual(['beside.mjs', 'program.cjs', 'program.code']);
});

test('it knows where it is, and loads what is beside it', () => {
  expect(load('program.url')).toBe(`file://${file}`);
  expect(load('program.beside().then(({ said }) => said)')).toBe('beside');
});

test('nothing is learned from a process that fails', () => {
  expect(load('process.exitCode = 1')).toBe('1');
  expect(() => learned()).toThrow('ENOENT');
  expect(load('process.exitCode = 3')).toBe('3');
  expect(learned()).toBe(1);
});

test('code of another content of the same length is not used', () => {
  load();
  load();
  writeProgram('exports.answer = (name) => `howdy ${name}`; exports.beside = () => import("./beside.mjs");');
  expect(load()).toBe('howdy you');
  expect(learned()).toBe(1);
});

test.each([
  ['one byte is another one', (kept: Buffer) => kept.fill(Number(kept.at(-9)) ^ 1, kept.length - 9, kept.length - 8)],
  ['its end is missing', (kept: Buffer) => kept.subarray(0, kept.length / 2)],
  ['it is empty', () => Buffer.alloc(0)],
])('damaged code is made anew: %s', (_, damaged) => {
  load();
  load();
  writeFileSync(keptIn, damaged(readFileSync(keptIn)));
  expect(load()).toBe('hello you');
  expect(learned()).toBe(1);
});

test('code that the engine does not take, made by another version of it for instance, is made anew', () => {
  load();
  load();
  const kept = readFileSync(keptIn);
  kept.fill(0, 77, 93);
  createHash('sha256').update(kept.subarray(32)).digest().copy(kept);
  writeFileSync(keptIn, kept);
  expect(load()).toBe('hello you');
  expect(learned()).toBe(1);
});

test('what another program was for is not learned from', () => {
  expect(load('loaded.forget()')).toBe('undefined');
  expect(() => learned()).toThrow('ENOENT');
});

test('it is never written through a link, and one that a killed process left unfinished is no matter', () => {
  const elsewhere = join(folder, 'elsewhere');
  writeFileSync(elsewhere, 'content');
  symlinkSync(elsewhere, `${keptIn}.new`);
  load();
  expect(readFileSync(elsewhere, 'utf8')).toBe('content');
  writeFileSync(`${keptIn}.new`, 'half of it');
  load();
  expect(learned()).toBe(2);
});

test('without a place to keep it', () => {
  for (const nowhere of [join(folder, 'absent', 'program.code'), join(file, 'program.code')])
    expect(load(undefined, nowhere)).toBe('hello you');
  expect(load(undefined, undefined)).toBe('hello you');
  expect(readdirSync(folder)).not.toContain('absent');
});
