import { randomBytes } from 'node:crypto';
import { chmodSync, existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { unzip } from '../support/unzip.ts';
import { password, resticProgram, World, type Outcome } from '../support/world.ts';
import { engineAtWork, expectNothingLeft, slowDown } from './aftermath.ts';

let world: World;
beforeEach(() => {
  world = new World();
  world.write('file', 'content');
});
afterEach(() => world[Symbol.dispose]());

/** In a repository's environment, which must reach the engine. */
const token = `token-${randomBytes(12).toString('hex')}`;

/** Of every process of the world, its command line and environment. */
function seenInProcesses(): readonly { readonly commandLine: string; readonly environment: string }[] {
  return world.processes().flatMap((pid) => {
    try {
      const read = (name: string): string => readFileSync(`/proc/${pid}/${name}`, 'latin1');
      return [{ commandLine: read('cmdline'), environment: read('environ') }];
    } catch {
      return [];
    }
  });
}

/** Files below the folder that hold the text. */
function filesWith(folder: string, text: string): readonly string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((name) => join(folder, name))
    .filter((file) => statSync(file, { throwIfNoEntry: false })?.isFile() === true)
    .filter((file) => readFileSync(file).includes(text));
}

function expectSilence(text: string, ...outcomes: readonly Outcome[]): void {
  for (const { stdout, stderr } of outcomes) expect(stdout + stderr).not.toContain(text);
}

/** In nothing that was written, but for the sources of the secrets themselves. */
function expectNoFileWith(text: string): void {
  for (const folder of ['state', 'cache', 'tmp', 'home'].map((name) => world.at(name)).filter(existsSync)) {
    expect(filesWith(folder, text)).toEqual([]);
  }
}

test('a password is in no argument, environment, file or output', async () => {
  slowDown(world, 2);
  const run = world.start(['run', '-vv'], { env: { UMBRA_LOG: 'trace' } });
  await engineAtWork(world);
  const seen = seenInProcesses();
  expect(seen.length).toBeGreaterThanOrEqual(3);
  expect(seen.some(({ commandLine }) => commandLine.includes('restic\0backup'))).toBe(true);
  for (const { commandLine, environment } of seen) expect(commandLine + environment).not.toContain(password);
  expect(filesWith(world.state, password)).toEqual([]);
  const outcomes = [await run.ended];
  for (const words of [
    'history --json',
    'show r-',
    'logs documents --raw',
    'status',
    `doctor --bundle ${world.at('home', 'report.zip')}`,
    'config show',
    'verify',
  ]) {
    outcomes.push(await world.umbra(...words.split(' ')));
  }
  expect(outcomes[0]?.code).toBe(0);
  expectSilence(password, ...outcomes);
  expectNoFileWith(password);
  await expectNothingLeft(world);
});

test('what the engine itself says of its secrets is masked', async () => {
  const program = world.at('talking-restic');
  const talk = `for word in "$@"; do case "$word" in --password-file=*) cat "\${word#*=}" >&2 ;; esac; done; echo "$SOME_TOKEN" >&2`;
  writeFileSync(program, `#!/bin/sh\ncase "$1" in backup) ${talk} ;; esac\nexec ${resticProgram()} "$@"\n`);
  chmodSync(program, 0o755);
  writeFileSync(world.at('token'), `${token}\n`, { mode: 0o600 });
  world.configure('', { repositoryLines: `    env: { SOME_TOKEN: "file:${world.at('token')}" }\n` });
  const env = { UMBRA_RESTIC: program, UMBRA_LOG: 'trace' };
  const run = await world.start(['run', '-vv'], { env }).ended;
  expect(run.code, run.stdout + run.stderr).toBe(0);
  expect(run.stderr).toContain('[secret]');
  const logs = await world.umbra('logs', 'documents');
  expect(logs.stdout).toContain('[secret]');
  const bundle = world.at('report.zip');
  expect((await world.umbra('doctor', '--bundle', bundle)).code).toBe(0);
  for (const content of unzip(readFileSync(bundle))?.values() ?? [bundle]) {
    for (const secret of [password, token]) expect(content.toString()).not.toContain(secret);
  }
  expectSilence(password, run, logs);
  expectSilence(token, run, logs);
  expectNoFileWith(password);
  expectNoFileWith(token);
});

test('a secret in the place of its reference is not repeated by the refusal', async () => {
  const text = readFileSync(world.config, 'utf8').replace(/password: .*/, `password: ${token}`);
  writeFileSync(world.config, text);
  for (const words of ['run', 'config check', 'run --json', 'doctor']) {
    const outcome = await world.umbra(...words.split(' '));
    expect(outcome.code).toBe(4);
    expectSilence(token, outcome);
  }
  expectNoFileWith(token);
});
