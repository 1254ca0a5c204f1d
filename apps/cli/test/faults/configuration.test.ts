import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { World } from '../support/world.ts';
import { expectRefusal } from './aftermath.ts';

let world: World;
beforeAll(() => {
  world = new World();
  world.write('file', 'content');
});
afterAll(() => world[Symbol.dispose]());

const repositories = (): string =>
  `repositories: { home: { url: ${JSON.stringify(world.repository)}, password: "file:${world.at('password')}" } }\n`;

interface Case {
  readonly name: string;
  readonly text: string;
  readonly words: readonly string[];
  readonly hint: string;
}

const cases: readonly Case[] = [
  { name: 'an empty file', text: '', words: ['no job'], hint: 'umbra job add' },
  { name: 'no job', text: 'jobs: {}\n', words: ['no job'], hint: 'add a job' },
  { name: 'no source', text: 'jobs: { documents: { tags: [a] } }\n', words: ['sources'], hint: 'hint' },
  {
    name: 'an unknown key',
    text: 'jobs:\n  documents:\n    souces: /tmp\n',
    words: ['error[config.unknown-key]', '"souces"', 'umbra.yaml:4:5'],
    hint: 'did you mean "sources"?',
  },
  {
    name: 'a wrong type',
    text: 'jobs:\n  documents:\n    sources: /tmp\n    enabled: maybe\n',
    words: ['error[config.invalid-value]', 'umbra.yaml:5:14'],
    hint: 'true or false',
  },
  {
    name: 'a circle',
    text: 'profiles:\n  one: { extends: two }\n  two: { extends: one }\njobs: { documents: { sources: /tmp, profile: one } }\n',
    words: ['error[config.cycle]', 'one', 'two', 'umbra.yaml:'],
    hint: 'hint',
  },
  { name: 'bad syntax', text: 'jobs: [\n', words: ['error[config.syntax]', 'umbra.yaml:'], hint: 'hint' },
  {
    name: 'a bad time',
    text: 'jobs: { documents: { sources: /tmp, schedule: daily at 25:00 } }\n',
    words: ['25:00'],
    hint: 'hint',
  },
];

test.each(cases)('$name ends with 4, says where and what to do, and does nothing', async ({ text, words, hint }) => {
  writeFileSync(world.config, repositories() + text);
  const outcome = await world.umbra('run');
  expectRefusal(outcome, 4, ...words, hint);
  expect(outcome.stdout).toBe('');
  expect(world.snapshots()).toEqual([]);
  expect(readFileSync(world.config, 'utf8')).toBe(repositories() + text);
});

test('a configuration that is not there ends with 4 and its path', async () => {
  expectRefusal(await world.umbra('run', '--config', world.at('gone.yaml')), 4, world.at('gone.yaml'), 'hint');
});

test('a typed configuration that waits for what never comes is refused, and no silent end', async () => {
  world.write('never.config.mjs', 'await new Promise(() => {});\nexport default {};\n');
  const file = world.at('source', 'never.config.mjs');
  expectRefusal(
    await world.umbra('run', '--config', file),
    4,
    'never.config.mjs',
    'waits for something that never comes',
    'hint',
  );
});

test('a misspelt job and a misspelt command end with 2', async () => {
  world.configure();
  expectRefusal(await world.umbra('run', 'documnets'), 2, '"documnets"', 'Did you mean documents?');
  expectRefusal(await world.umbra('snapshts'), 2, 'snapshts', 'Did you mean snapshots?');
  expectRefusal(await world.umbra('run', '--compression-levle', '3'), 2, '--compression-levle');
  expect(world.snapshots()).toEqual([]);
  expect(existsSync(world.at('state', 'spool', 'documents'))).toBe(false);
});

test('many problems are told in one pass', async () => {
  writeFileSync(world.config, `${repositories()}jobs:\n  a: { souces: /tmp }\n  b: { sources: /tmp, enabled: 3 }\n`);
  expectRefusal(await world.umbra('run', '--all'), 4, '"souces"', 'enabled', '2 problems');
});

test.each([
  ['--tag', 'one,two', 'is not a tag'],
  ['--exclude', '', 'is empty'],
])('a job whose %s "%s" is refused is not added, and the other jobs go on', async (flag, value, words) => {
  world.configure();
  const before = readFileSync(world.config, 'utf8');
  expectRefusal(await world.umbra('job', 'add', 'photos', world.at(), flag, value), 4, words, 'photos was not added');
  expect(readFileSync(world.config, 'utf8')).toBe(before);
  expect((await world.umbra('config', 'check')).code).toBe(0);
});

test('a job that a rule of the notifications names is not removed', async () => {
  world.configure(`notifications:
  channels: { phone: { type: command, run: [/bin/true] } }
  rules: [{ on: failed, jobs: documents, to: phone }]
`);
  const before = readFileSync(world.config, 'utf8');
  expectRefusal(await world.umbra('job', 'remove', 'documents', '-y'), 4, 'no job "documents"', 'was not removed');
  expect(readFileSync(world.config, 'utf8')).toBe(before);
});

test('a repository that was written down and never made: the command that makes it is named', async () => {
  writeFileSync(
    world.config,
    `repositories: { fresh: ${world.at('fresh')} }\njobs:\n  a: { sources: ${world.source} }\n`,
  );
  const { code, stderr } = await world.umbra('run');
  expect([code, stderr]).toEqual([1, expect.stringContaining('Make the repository with `umbra repo create fresh`')]);
  // Which engine there is can be told without the password.
  expect((await world.umbra('doctor')).stdout).toMatch(/^✔ restic [^]*^✘ repository fresh /m);
  expect((await world.umbra('repo', 'create', 'fresh')).code).toBe(0);
  expect((await world.umbra('run')).code).toBe(0);
});
