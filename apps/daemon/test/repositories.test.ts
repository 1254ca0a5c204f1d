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

test('its snapshots come into the history once', async () => {
  world.backend.putSnapshot(aSnapshot({ tags: ['theirs'] }));
  const adopt = async (): Promise<unknown> => JSON.parse((await world.post(`${of}/adopt`)).text);
  expect(await adopt()).toMatchObject({ schema: 'umbra.repository/1', name: 'main', snapshots: 1, adopted: 1 });
  expect(await adopt()).toMatchObject({ adopted: 0 });
  expect(await world.get('/v1/runs')).toMatchObject({ runs: [{ job: 'adopted', trigger: 'adopted' }] });
});
