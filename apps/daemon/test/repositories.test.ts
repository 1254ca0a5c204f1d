import { afterEach, beforeEach, expect, test } from 'vitest';
import { aSnapshot } from '@umbracore/testkit';
import { World } from './support/world.ts';

let world: World;
beforeEach(async () => {
  world = await World.open();
});
afterEach(() => world[Symbol.asyncDispose]());

const of = '/v1/repositories/main';

test('figures of a repository', async () => {
  world.backend.putSnapshot(aSnapshot());
  const figures = { schema: 'umbra.repository-statistics/1', repository: 'main', snapshots: 1, quota: null };
  expect(await world.get(`${of}/statistics?unused=true`)).toMatchObject(figures);
  expect((await world.ask('/v1/repositories/nobody/statistics')).status).toBe(404);
});

test('what opens it, and a key of the machine that comes and goes', async () => {
  expect(await world.get(`${of}/machine-key`)).toMatchObject({ state: 'absent', id: null, file: null });
  const added = JSON.parse((await world.post(`${of}/machine-key`, { action: 'add' })).text);
  expect(added).toMatchObject({ schema: 'umbra.machine-key/1', repository: 'main', state: 'present' });
  expect(await world.get(`${of}/passwords`)).toMatchObject({
    schema: 'umbra.passwords/1',
    keys: [
      { current: true, machineKey: false },
      { id: added.id, machineKey: true },
    ],
  });
  await world.post(`${of}/machine-key`, { action: 'remove' });
  expect(await world.get(`${of}/machine-key`)).toMatchObject({ state: 'absent' });
  expect((await world.post(`${of}/machine-key`, { action: 'rotate' })).status).toBe(400);
});

test('how it is, also when it cannot be opened, and its locks', async () => {
  const known = {
    schema: 'umbra.repository/1',
    name: 'main',
    state: 'ready',
    snapshots: 0,
    locks: [],
    damagedAt: null,
  };
  expect(await world.get(of)).toMatchObject(known);
  world.backend.failNext('repository.wrong-password', { method: 'open' });
  expect(await world.get(of)).toMatchObject({ state: 'wrong-password', storedBytes: null });
  const unlocked = { schema: 'umbra.unlock/1', repository: 'main', locks: [], removed: 0, left: 0 };
  expect(JSON.parse((await world.post(`${of}/unlock`)).text)).toEqual(unlocked);
  expect((await world.ask('/v1/repositories/nobody')).status).toBe(404);
});

test.each([
  [`${of}/passwords`, { output: '/a\0b' }],
  [`${of}/passwords/rotate`, { from: '/a\0b' }],
  ['/v1/restores/plan', { repository: 'main', snapshot: '0'.repeat(64), target: '/a\0b' }],
  ['/v1/restores/plan', { repository: 'main', snapshot: '0'.repeat(64), target: '/a', paths: ['a\0'] }],
])('%s with %j is refused, in our words', async (path, body) => {
  const { status, text } = await world.post(path, body);
  expect([status, text]).toEqual([400, expect.stringContaining('holds a NUL character')]);
});
