import { once } from 'node:events';
import { createServer as createHttpServer } from 'node:http';
import { createServer, type AddressInfo, type Server } from 'node:net';
import { expect, test } from 'vitest';
import { Daemon } from '../support/daemon.ts';
import { until, World } from '../support/world.ts';
import { expectNextRunWorks, expectRefusal } from './aftermath.ts';

// Waiting is most of it, so they wait together.
const limitMs = 60_000;

/** Longer than the time without progress and the patience with locks, and far from restic's quarter of an hour. */
const longestMs = 30_000;

function worldBehind(port: number, credentials = ''): World {
  const world = new World();
  world.write('file', 'content');
  world.configure('    stallTimeout: 2s\n', { location: `rest:http://${credentials}127.0.0.1:${port}/` });
  return world;
}

async function listening(server: Server): Promise<number> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

async function closedPort(): Promise<number> {
  const server = createServer();
  const port = await listening(server);
  server.close();
  await once(server, 'close');
  return port;
}

test.concurrent(
  'a server that refuses every connection: 75 in bounded time, and why',
  async () => {
    using world = worldBehind(await closedPort());
    const started = performance.now();
    const { code, stderr } = await world.umbra('run', '--no-retry');
    expect(code, stderr).toBe(75);
    expect(stderr).toContain('Nothing moved for 2 s');
    expect(stderr).toContain('connection refused');
    expect(stderr).toContain('Look whether the repository can be reached');
    expect(performance.now() - started).toBeLessThan(longestMs);
    expect(await world.history()).toMatchObject([{ outcome: 'failed', exitCode: 75, snapshot: null }]);
    await until('no process is left', () => world.processes().length === 0);
    world.configure();
    await expectNextRunWorks(world);
  },
  limitMs,
);

test.concurrent(
  'a server that never answers: 75 in bounded time',
  async () => {
    const mute = createServer(() => {});
    using world = worldBehind(await listening(mute));
    const started = performance.now();
    expectRefusal(
      await world.umbra('run', '--no-retry'),
      75,
      'home',
      'engine.stalled',
      'Nothing moved for 2 s',
      'hint',
    );
    expect(performance.now() - started).toBeLessThan(longestMs);
    await until('no process is left', () => world.processes().length === 0);
    mute.close();
  },
  limitMs,
);

test.concurrent(
  'Ctrl-C while a server does not answer: 130 in bounded time',
  async () => {
    const mute = createServer(() => {});
    const port = await listening(mute);
    using world = worldBehind(port);
    world.configure('', { location: `rest:http://127.0.0.1:${port}/` });
    const run = world.start(['run']);
    await once(mute, 'connection');
    const asked = performance.now();
    run.child.kill('SIGINT');
    expectRefusal(await run.ended, 130, 'cancelled');
    expect(performance.now() - asked).toBeLessThan(longestMs);
    await until('no process is left', () => world.processes().length === 0);
    expect(await world.history()).toMatchObject([{ outcome: 'cancelled', exitCode: 130 }]);
    mute.close();
  },
  limitMs,
);

test.concurrent(
  'a daemon answers at once although a run that was left behind needs a server that never answers',
  async () => {
    const mute = createServer(() => {});
    const port = await listening(mute);
    using world = worldBehind(port);
    world.configure('', { location: `rest:http://127.0.0.1:${port}/` });
    const run = world.start(['run']);
    await once(mute, 'connection');
    run.child.kill('SIGKILL');
    await run.ended;
    for (const pid of world.processes()) process.kill(pid, 'SIGKILL');
    // Whoever adopts the run asks for its snapshot.
    const adopted = once(mute, 'connection');
    const daemon = await Daemon.start(world);
    await adopted;
    expect((await daemon.stop()).code).toBe(0);
    expect(await world.history()).toMatchObject([{ state: 'running' }]);
    mute.close();
  },
  limitMs,
);

test.concurrent(
  'the password in an address is in no output',
  async () => {
    const empty = createHttpServer((_, response) => response.writeHead(404).end());
    const word = 'h1dden-w0rd';
    using world = worldBehind(await listening(empty), `me:${word}@`);
    const run = await world.umbra('run', '-vv');
    expectRefusal(run, 10, 'repository.absent');
    const calls = ['history --json', 'config show', 'config show --json', 'repo list', 'logs documents', 'doctor'];
    const others = await Promise.all(calls.map((words) => world.umbra(...words.split(' '))));
    for (const { stdout, stderr } of [run, ...others]) expect(stdout + stderr).not.toContain(word);
    empty.close();
  },
  limitMs,
);
