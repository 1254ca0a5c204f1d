import { appendFileSync, chmodSync, existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { Daemon } from '../support/daemon.ts';
import { World } from '../support/world.ts';

let world: World;
beforeEach(() => {
  world = new World();
  world.write('a.txt', 'a');
});
afterEach(() => world[Symbol.dispose]());

test('whatever it writes is for its owner alone, and what tells of it goes with it', async () => {
  const daemon = await Daemon.start(world);
  await world.umbra('daemon', 'token');
  const modes = Object.fromEntries(
    readdirSync(world.state).map((name) => [name, (statSync(join(world.state, name)).mode & 0o777).toString(8)]),
  );
  const folders = { logs: '700', secrets: '700', spool: '700' };
  expect(modes).toMatchObject(folders);
  for (const name of ['daemon.json', 'daemon.lock', 'daemon.pid', 'daemon.sock', 'daemon.token', 'heartbeat.json'])
    expect([name, modes[name]]).toEqual([name, '600']);
  const files = Object.entries(modes).filter(([name]) => !(name in folders));
  expect(files.filter(([, mode]) => mode !== '600')).toEqual([]);
  const note = JSON.parse(readFileSync(join(world.state, 'daemon.json'), 'utf8'));
  expect(note).toMatchObject({ process: { pid: daemon.pid }, configFile: world.config, listen: null });
  const heartbeat = JSON.parse(readFileSync(join(world.state, 'heartbeat.json'), 'utf8'));
  expect(heartbeat).toMatchObject({ process: { pid: daemon.pid }, nextAt: null });
  expect((await world.umbra('daemon', 'stop')).stdout).toBe(`✔ the daemon, process ${daemon.pid}, has ended\n`);
  expect((await daemon.ended).code).toBe(0);
  for (const name of ['daemon.json', 'daemon.sock', 'heartbeat.json'])
    expect([name, existsSync(join(world.state, name))]).toEqual([name, false]);
});

test('what was compiled for it is not kept: as long as it lives it would hold that twice', async () => {
  const cache = world.makeFolder('cache-of-the-daemon');
  Object.assign(world.env, { UMBRA_CACHE_DIR: cache, NODE_COMPILE_CACHE: '' });
  const daemon = await Daemon.start(world);
  await daemon.stop();
  expect(readdirSync(cache)).not.toContain('compiled');
});

test('a state folder whose name is too long for a socket', async () => {
  const state = world.makeFolder('x'.repeat(100));
  Object.assign(world.env, { UMBRA_STATE_DIR: state });
  const daemon = await Daemon.start(world);
  const { socket } = JSON.parse(readFileSync(join(state, 'daemon.json'), 'utf8'));
  expect(Buffer.byteLength(socket)).toBeLessThanOrEqual(100);
  expect(statSync(socket).mode & 0o777).toBe(0o600);
  expect((await world.umbra('run', 'documents', '--quiet')).code).toBe(0);
  expect(await daemon.get('/v1/runs')).toMatchObject({ runs: [{ outcome: 'succeeded' }] });
  await daemon.stop();
  expect(existsSync(socket)).toBe(false);
});

test('a port beside the socket, for whoever has the token', async () => {
  appendFileSync(world.config, 'daemon: { listen: 127.0.0.1:0 }\n');
  const daemon = await Daemon.start(world);
  const { listen } = JSON.parse(readFileSync(join(world.state, 'daemon.json'), 'utf8'));
  const { stdout } = await world.umbra('daemon', 'token');
  const ask = async (token: string): Promise<number> => {
    const headers = { authorization: `Bearer ${token}` };
    return (await fetch(`http://127.0.0.1:${listen.port}/health`, { headers })).status;
  };
  expect(await ask(stdout.trim())).toBe(200);
  expect(await ask('wrong')).toBe(401);
  const fresh = (await world.umbra('daemon', 'token', '--new')).stdout.trim();
  expect(fresh).not.toBe(stdout.trim());
  expect([await ask(stdout.trim()), await ask(fresh)]).toEqual([401, 200]);
  await daemon.stop();
});

test.runIf(process.getuid?.() === 0)(
  'a configuration of root that others may change: refused by a daemon, told by a call',
  async () => {
    const text = `${world.config} can be changed by everybody, and what it says is done as root`;
    chmodSync(world.config, 0o646);
    const refused = await Daemon.launch(world).ended;
    expect([refused.code, refused.stderr]).toEqual([4, expect.stringContaining(text)]);
    const run = await world.umbra('run', 'documents', '--quiet');
    expect([run.code, run.stderr.trim()]).toEqual([
      0,
      `✘ ${text}. Let nobody but root change it: chmod go-w ${world.config}`,
    ]);
    expect((await world.umbra('doctor')).stdout).toContain(`fix: chmod go-w ${world.config}`);
    chmodSync(world.config, 0o644);
    const daemon = await Daemon.start(world);
    chmodSync(world.config, 0o646);
    const reload = await world.umbra('daemon', 'reload');
    expect([reload.code, reload.stderr]).toEqual([4, expect.stringContaining(text)]);
    expect(await daemon.get('/v1/jobs')).toMatchObject({ jobs: [{ id: 'documents' }] });
    await daemon.stop();
  },
);
