import { chmodSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { problemsOf } from './support/conforms.ts';
import { NearWorld } from './support/near-world.ts';
import { password } from './support/world.ts';

interface Keys {
  readonly keys: readonly { readonly id: string; readonly current: boolean }[];
}

test('one password more, another one in the place of the first, and the first additional one shut out', async () => {
  using world = new NearWorld();
  const ask = async (document: string, ...args: readonly string[]): Promise<unknown> => {
    const given = await world.json('repo', 'password', ...args);
    expect([args, problemsOf(document, given)]).toEqual([args, []]);
    return given;
  };
  writeFileSync(world.at('second'), 'another horse\n', { mode: 0o600 });
  const { added } = (await ask('password', 'add', 'home', '--from', 'second')) as { readonly added: string };

  expect(await ask('password', 'rotate', 'home')).toMatchObject({ file: world.at('password'), finished: false });
  const rotated = readFileSync(world.at('password'), 'utf8').trim();
  expect(rotated).toHaveLength(64);
  expect(statSync(world.at('password')).mode & 0o777).toBe(0o600);
  expect(() => world.restic('cat', 'config')).toThrow(/wrong password/);

  await ask('password', 'remove', 'home', added.slice(0, 6), '-y');
  const { keys } = (await ask('passwords', 'list', 'home')) as Keys;
  expect(keys).toMatchObject([{ current: true }]);
  const refused = await world.umbra('repo', 'password', 'remove', 'home', keys[0]?.id ?? '', '-y');
  expect(refused).toMatchObject({ code: 2, stderr: expect.stringContaining('umbra repo password rotate home') });
}, 120_000);

test('a password that is nowhere to be written, and one that others may read, change nothing', async () => {
  using world = new NearWorld();
  writeFileSync(world.at('open'), 'open\n');
  chmodSync(world.at('open'), 0o644);
  const add = await world.umbra('repo', 'password', 'add', 'home', '--from', 'open');
  expect(add).toMatchObject({ code: 1, stderr: expect.stringContaining('chmod 600') });
  expect((await world.umbra('repo', 'password', 'add', 'home')).stderr).toContain('Give --from FILE or --output FILE');
  const config = readFileSync(world.config, 'utf8').replace(/password: .*/, 'password: env:HOME_PASSWORD');
  writeFileSync(world.config, config);
  const env = { HOME_PASSWORD: password };
  const { code, stderr } = await world.start(['repo', 'password', 'rotate', 'home'], { env }).ended;
  expect([code, stderr]).toEqual([1, expect.stringContaining('umbra repo password add home --from FILE')]);
});
