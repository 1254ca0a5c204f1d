import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Secret } from '@umbracore/contracts';
import { expect, test } from 'vitest';
import { eventually, followed, newSpool, present, readProc, script, shimPid, start } from './stage.ts';

const canary = `canary-${Math.random().toString(36).slice(2)}${Math.random().toString(36).slice(2)}`;

test('a secret in a descriptor is in no argument, environment, file or name', async () => {
  const spool = newSpool();
  const command = {
    ...script('echo ready; read -r s <"$1"; echo ${#s}; sleep 60', '{fd:password}'),
    descriptors: { password: new Secret(`${canary}\n`) },
  };
  const engine = await start(command, spool);
  const lines: string[] = [];
  const following = engine.follow({ stdout: (line) => lines.push(line) });
  await eventually(() => lines.length === 2, 'secret read by the engine');
  expect(lines[1]).toBe(String(canary.length));
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    expect(readProc(pid, 'cmdline')).not.toContain(canary);
  }
  for (const pid of [shimPid(spool), present(engine.identity()).pid]) {
    expect(readProc(pid, 'environ')).not.toContain(canary);
    expect(readProc(pid, 'coredump_filter').trim()).toBe('00000000');
  }
  await engine.kill();
  await following;
  for (const name of readdirSync(spool)) {
    expect(name).not.toContain(canary);
    expect(readFileSync(join(spool, name), 'latin1')).not.toContain(canary);
  }
  expect(readdirSync('/dev/shm').filter((name) => name.startsWith('.umbra'))).toEqual([]);
});

test('a secret in the environment reaches the engine only', async () => {
  const spool = newSpool();
  const engine = await start(
    {
      ...script('test "$SECRET" = "$(printf %s "$SECRET")" && echo ${#SECRET}; sleep 60'),
      secretEnv: { SECRET: new Secret(canary) },
    },
    spool,
  );
  const lines: string[] = [];
  const following = engine.follow({ stdout: (line) => lines.push(line) });
  await eventually(() => lines.length === 1, 'first line');
  expect(lines).toEqual([String(canary.length)]);
  expect(readProc(shimPid(spool), 'environ')).toBe('UV_THREADPOOL_SIZE=1\0');
  await engine.kill();
  await following;
  for (const name of readdirSync(spool)) expect(readFileSync(join(spool, name), 'latin1')).not.toContain(canary);
});

test('an error does not tell a secret', async () => {
  const starting = start({
    ...script(''),
    program: '/no/such/program',
    secretEnv: { SECRET: new Secret(canary) },
    descriptors: { s: new Secret(canary) },
  });
  const error: unknown = await starting.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  expect(error).toMatchObject({ code: 'engine.absent' });
  expect(JSON.stringify(error) + String(error)).not.toContain(canary);
  await expect(followed(await start(script('true')))).resolves.toBeDefined();
});
