import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { FakeClock } from '@umbracore/testkit';
import { expect, test } from 'vitest';
import { reachableCondition } from '../src/conditions/reachable.ts';
import { look } from './a-machine.ts';

async function aServer(host = '127.0.0.1') {
  const server = createServer();
  const heard: number[] = [];
  server.on('connection', (socket) => {
    socket.on('data', (chunk: Buffer) => heard.push(chunk.length));
    socket.on('error', () => {});
  });
  await once(server.listen(0, host), 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    port,
    heard,
    async [Symbol.asyncDispose]() {
      server.close();
      await once(server, 'close');
    },
  };
}

test('a server that listens answers, however it is written, and is sent nothing', async () => {
  await using server = await aServer();
  const kind = reachableCondition({ clock: new FakeClock() });
  const { port } = server;
  for (const text of [`127.0.0.1:${port}`, `https://127.0.0.1:${port}/path`, `ssh://me:pass@127.0.0.1:${port}`])
    expect(await look(kind, text)).toEqual({ met: true, text: `127.0.0.1:${port} answers` });
  expect(await look(kind, [`127.0.0.1:${port}`, `localhost:${port}`])).toMatchObject({ met: true });
  expect(server.heard).toEqual([]);
});

test('a port that nobody listens at, and a name that nobody knows', async () => {
  const { port } = await (async () => {
    await using closed = await aServer();
    return closed;
  })();
  const kind = reachableCondition({ clock: new FakeClock() });
  await using server = await aServer();
  expect(await look(kind, [`127.0.0.1:${server.port}`, `127.0.0.1:${port}`])).toEqual({
    met: false,
    text: `127.0.0.1:${port} refuses the connection`,
  });
  const { met, text } = await look(kind, 'no-such-host.invalid:22');
  expect(met).toBe(false);
  expect(text).toMatch(/^no-such-host\.invalid:22 is not known by name/u);
});

/** Listens with room for two connections, and never takes one: the next gets no answer at all. */
const deafServer = `
  const server = require('node:net').createServer();
  server.listen({ port: 0, host: '127.0.0.1', backlog: 1 }, () => {
    require('node:fs').writeSync(1, String(server.address().port));
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
  });`;

test.runIf(process.platform === 'linux')('a host that gives no answer is given up after 5 seconds', async () => {
  const child = spawn(process.execPath, ['-e', deafServer], { stdio: ['ignore', 'pipe', 'inherit'] });
  const sockets: Socket[] = [];
  try {
    const [told] = (await once(child.stdout, 'data')) as [Buffer];
    const port = Number(told.toString());
    for (let n = 0; n < 6; n += 1) sockets.push(connect({ host: '127.0.0.1', port }).on('error', () => {}));
    await Promise.all(sockets.slice(0, 2).map((socket) => once(socket, 'connect')));
    const clock = new FakeClock();
    const seen = look(reachableCondition({ clock }), `127.0.0.1:${port}`);
    await clock.advance(4999);
    expect(clock.sleeping).toBe(1);
    await clock.advance(1);
    expect(await seen).toEqual({ met: false, text: 'no answer within 5 s' });
  } finally {
    for (const socket of sockets) socket.destroy();
    child.kill('SIGKILL');
  }
});
