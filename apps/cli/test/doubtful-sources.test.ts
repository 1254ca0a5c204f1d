import { beforeEach, afterEach, expect, test } from 'vitest';
import { NearWorld } from './support/near-world.ts';
import type { World } from './support/world.ts';

let world: World;
beforeEach(() => {
  world = new NearWorld();
});
afterEach(() => world[Symbol.dispose]());

test('a repository that is in a source of its job is warned of, by the check and by each run, until it is left out', async () => {
  world.write('a.txt', 'content');
  world.configure('', { sources: [world.folder] });
  const text = `${world.folder} holds its own repository ${world.repository}`;
  const fix = `exclude ${world.repository}`;
  const checked = await world.umbra('config', 'check');
  expect([checked.code, checked.stderr]).toEqual([0, `! documents  ${text}: ${fix}\n`]);
  expect(await world.json('config', 'check')).toMatchObject({ warnings: [{ job: 'documents', text, fix }] });
  const run = await world.umbra('run', 'documents');
  expect(run.stderr).toContain(`! documents → home  ${text}: ${fix}\n`);
  expect((await world.umbra('logs', 'documents')).stdout).toContain(`${text}: ${fix}`);
  world.configure(`    excludes: [${world.repository}]\n`, { sources: [world.folder] });
  expect((await world.umbra('config', 'check')).stderr).toBe('');
  expect(await world.json('config', 'check')).toMatchObject({ warnings: [] });
  expect((await world.umbra('run', 'documents')).stderr).not.toContain('own repository');
});

test('a first run that finds an empty source says that its snapshot holds nothing, and ends with 3', async () => {
  const { code, stdout } = await world.umbra('run', 'documents');
  expect(code).toBe(3);
  const wayOut = 'If it may be, say `required: false` of it';
  expect(stdout).toContain(`! The source ${world.source} is empty; the snapshot holds no file. ${wayOut}  → exit 3\n`);
  world.write('a.txt', 'content');
  expect((await world.umbra('run', 'documents')).code).toBe(0);
});
