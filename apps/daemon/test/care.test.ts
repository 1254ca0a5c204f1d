import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { World } from './support/world.ts';

let world: World;
beforeEach(async () => {
  world = await World.open();
});
afterEach(() => world[Symbol.asyncDispose]());

interface Work {
  readonly id: string;
  readonly state: string;
}

const repair = async (): Promise<Work> =>
  JSON.parse((await world.post('/v1/repositories/main/repair', {})).text) as Work;

test('one thing at a time is done to a repository; it tells how far it is, and can be cancelled', async () => {
  const held = world.backend.holdNext('check');
  const { id, state } = await repair();
  expect(state).toBe('running');
  await held.reached;
  const second = await world.post('/v1/repositories/main/upgrade');
  expect([second.status, second.text]).toEqual([409, expect.stringContaining(`a repair of main is under way: ${id}`)]);
  expect((await world.post(`/v1/repository-works/${id}/cancel`, { reason: 'not now' })).status).toBe(202);
  const ended = await vi.waitUntil(async () => {
    const work = await world.get<Work>(`/v1/repository-works/${id}`);
    return work.state === 'running' ? undefined : work;
  });
  expect(ended).toMatchObject({ state: 'cancelled', error: { code: 'run.cancelled' } });
  expect((await world.post('/v1/repositories/main/upgrade')).status).toBe(202);
});

test.each([
  ['GET', '/v1/repository-works/w-1-1', undefined, 404],
  ['POST', '/v1/repositories/nobody/repair', {}, 404],
  ['POST', '/v1/repositories/main/repair', { agree: ['everything'] }, 400],
  ['POST', '/v1/repositories/main/copies', { from: 'main', snapshots: ['latest'] }, 400],
  ['POST', '/v1/repositories/main/passwords', { password: 'in the clear' }, 400],
  ['POST', '/v1/repositories/main/passwords', { from: 'relative' }, 400],
  ['POST', '/v1/repositories/main/passwords/remove', { key: 'latest' }, 400],
] as const)('%s %s with %j is refused', async (method, path, body, status) => {
  const answer = method === 'GET' ? await world.ask(path) : await world.post(path, body);
  expect([answer.status, answer.text]).toEqual([status, expect.not.stringContaining('in the clear')]);
});
