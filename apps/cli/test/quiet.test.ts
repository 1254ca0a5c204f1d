import { existsSync, readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { NearWorld } from './support/near-world.ts';
import type { World } from './support/world.ts';

let world: World;
beforeAll(() => {
  world = new NearWorld();
  world.configure();
  world.write('a.txt', 'a');
  world.makeFolder('photos');
});
afterAll(() => world[Symbol.dispose]());

// In this order: some of them need what those before them did.
test.each([
  'run documents',
  'config check',
  'verify home',
  'verify documents@latest',
  'catalog update',
  'pin documents@latest',
  'unpin documents@latest',
  'dump documents@latest:a.txt --to dumped',
  'restore documents@latest --to restored',
  'repo kit home --output kit',
  'repo adopt home',
  'repo upgrade home',
  'repo machine-key add home',
  'repo machine-key remove home',
  'secret set made --generate',
  'secret rotate',
  'secret remove made',
  'job add photos photos',
  'job remove photos -y',
  'plugin new tape',
  'plugin add ./tape/tape.ts',
  'plugin remove tape -y',
])('who wants to hear only what went wrong hears nothing of umbra %s', async (line) => {
  const { code, stdout, stderr } = await world.umbra(...line.split(' '), '--quiet');
  expect([code, stdout, stderr]).toEqual([0, '', '']);
});

test('but it was done', () => {
  expect(readFileSync(world.at('dumped'), 'utf8')).toBe('a');
  expect(existsSync(world.at('restored'))).toBe(true);
});
