import { writeFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { NearWorld } from './support/near-world.ts';
import { until, type World } from './support/world.ts';

let world: World;
beforeAll(() => {
  world = new NearWorld();
  writeFileSync(
    world.config,
    `jobs:
  later: { command: ['sh', '-c', 'exit 75'], retry: { type: fixed, maxAttempts: 3, initialDelay: 10m } }
`,
  );
});
afterAll(() => world[Symbol.dispose]());

test('who asks for a run does not wait for one that tries again in minutes, and is told of it', async () => {
  const first = world.start(['run', 'later']);
  await until('the next try', () => first.stderr().includes('next try in'));
  first.child.kill('SIGKILL');
  await first.ended;
  const started = performance.now();
  const { code, stderr } = await world.umbra('run', 'later', '--no-retry');
  expect(performance.now() - started).toBeLessThan(60_000);
  const runs = await world.history();
  expect(runs.map(({ state }) => state)).toEqual(['failed', 'retrying']);
  const id = runs[1]?.id ?? '';
  expect([code, stderr]).toEqual([
    75,
    expect.stringMatching(new RegExp(`^later: run ${id} tries again in (9|10) min, by`)),
  ]);
  expect(stderr).toContain(`Without it: umbra cancel ${id}`);
  expect((await world.umbra('cancel', id)).code).toBe(0);
  expect((await world.umbra('run', 'later', '--no-retry')).stderr).not.toContain('tries again');
});
