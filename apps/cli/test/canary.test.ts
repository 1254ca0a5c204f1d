import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { zip } from '../src/doctor/bundle/zip.ts';
import { password, World } from './support/world.ts';

// Every test with a world is one of where its password stands, which is worth as much as what is noticed.

const inBase64 = Buffer.from(`user:${password}\n`).toString('base64');

const leaks: readonly (readonly [string, (world: World) => unknown])[] = [
  ['a file of the cache', (world) => writeFileSync(world.at('cache', 'notes'), `opened with ${password}`)],
  ['a file, in base64', (world) => writeFileSync(world.at('tmp', 'header'), inBase64)],
  ['a file, in an address', (world) => writeFileSync(world.at('tmp', 'url'), encodeURIComponent(password))],
  [
    'a file of a bundle',
    (world) => writeFileSync(world.at('home', 'report.zip'), zip([{ name: 'log', content: `with ${password}` }], 0)),
  ],
  ['the name of a file', (world) => writeFileSync(world.at('tmp', password), '')],
  ['what umbra says', (world) => world.umbra('show', password)],
];

test.each(leaks)('a password in %s is noticed', async (place, leak) => {
  const world = new World();
  await leak(world);
  expect(() => world[Symbol.dispose](), place).toThrow('the password of the repository is in');
});

test.each([
  ['the arguments', (folder: string) => spawn('cat', ['-', folder, password])],
  [
    'the environment',
    (folder: string) => spawn('sleep', ['100'], { stdio: 'ignore', env: { folder, RESTIC_PASSWORD: password } }),
  ],
])('a password in %s of a process is noticed', async (_, start) => {
  const world = new World();
  const child = start(world.folder);
  await new Promise((resolve) => child.once('spawn', resolve));
  expect(() => world[Symbol.dispose]()).toThrow('the password of the repository is in the process');
});

test('one that is nowhere is no trouble', async () => {
  const world = new World();
  await world.umbra('status');
  expect(() => world[Symbol.dispose]()).not.toThrow();
});
