import { once } from 'node:events';
import { spawn } from 'node:child_process';
import { closeSync, existsSync, openSync } from 'node:fs';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { umbraProgram, World } from '../support/world.ts';

/** Every write to it fails as on a full disk. */
const full = '/dev/full';

const unwritten = expect.stringContaining('error[output.unwritable]') as string;

let world: World;
beforeAll(async () => {
  world = new World();
  world.write('file', 'content');
  world.write('large', Buffer.alloc(1_000_000));
  await intoFull('run');
});
afterAll(() => world[Symbol.dispose]());

async function intoFull(...args: readonly string[]): Promise<{ code: unknown; stderr: string }> {
  const stdout = openSync(full, 'w');
  try {
    const child = spawn(process.execPath, [umbraProgram, ...args], {
      env: world.env,
      cwd: world.folder,
      stdio: ['ignore', stdout, 'pipe'],
    });
    const exit = once(child, 'exit');
    const stderr = child.stderr === null ? '' : await text(child.stderr);
    const [code] = (await exit) as unknown[];
    return { code, stderr };
  } finally {
    closeSync(stdout);
  }
}

test
  .runIf(existsSync(full))
  .each([
    '--version',
    '--help',
    'run --help',
    'history --export csv',
    'repo kit home',
    'dump documents@latest:file',
    'dump documents@latest:large',
    'status',
  ])('umbra %s into a full disk (where there is /dev/full): 1, and says so', async (words) => {
  const { code, stderr } = await intoFull(...words.split(' '));
  expect([code, stderr]).toEqual([1, unwritten]);
  expect(stderr).toContain('no space left on device');
  expect(stderr.match(/error\[/g)).toHaveLength(1);
});

test.runIf(existsSync(full))('what a run ends with is that of the run', async () => {
  const { code, stderr } = await intoFull('run');
  expect([code, stderr]).toEqual([0, unwritten]);
  expect(await world.history()).toMatchObject([{ outcome: 'succeeded' }, { outcome: 'succeeded' }]);
});
