import {
  chmodSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { request } from 'node:http';
import { createServer, Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { aRepository } from '@umbracore/testkit';
import { ApiServer } from '../src/http/server.ts';
import { Router } from '../src/http/router.ts';
import { ask } from './support/ask.ts';
import { World } from './support/world.ts';

let world: World;
let folder: string;
beforeEach(async () => {
  world = await World.open();
  folder = mkdtempSync(join(tmpdir(), 'umbra-entrance-'));
});
afterEach(async () => {
  await world[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true });
});

const aServer = (): ApiServer => new ApiServer(new Router(world.daemon, [], () => undefined));

test('a token that others may read lets nobody in, and ends nothing', async () => {
  const headers = { authorization: `Bearer ${world.token}` };
  chmodSync(join(world.runtime.paths.stateDir, 'daemon.token'), 0o644);
  const refused = await ask(world.port, { path: '/v1/jobs', headers });
  expect([refused.status, refused.text]).toEqual([403, expect.stringContaining('not for us alone')]);
  expect((await world.ask('/v1/jobs')).status).toBe(200);
});

test('a file that is no socket stays where it is', async () => {
  const path = join(folder, 'thesis.txt');
  writeFileSync(path, 'years of work');
  await expect(aServer().listenOnSocket(path)).rejects.toMatchObject({ code: 'daemon.refused' });
  expect(readFileSync(path, 'utf8')).toBe('years of work');
});

test('a socket on which somebody listens is not taken away; one that was left behind is', async () => {
  const path = join(folder, 'daemon.sock');
  const other = createServer();
  await new Promise<void>((resolve) => other.listen(path, resolve));
  await expect(aServer().listenOnSocket(path)).rejects.toMatchObject({ code: 'daemon.refused' });
  expect(existsSync(path)).toBe(true);
  await new Promise((resolve) => other.close(resolve));
  await using left = aServer();
  await left.listenOnSocket(path);
  await left[Symbol.asyncDispose]();
  await using next = aServer();
  await next.listenOnSocket(path);
  expect((await ask({ socketPath: path }, { path: '/nowhere' })).status).toBe(404);
});

test('a socket is for its owner alone whatever the umask, which stays as it is, and nothing lies beside it', async () => {
  const before = process.umask(0);
  const umask = vi.spyOn(process, 'umask');
  try {
    const path = join(folder, 'daemon.sock');
    await using server = aServer();
    await server.listenOnSocket(path);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect([readdirSync(folder), umask.mock.calls]).toEqual([['daemon.sock'], []]);
    expect((await ask({ socketPath: path }, { path: '/nowhere' })).status).toBe(404);
    await server[Symbol.asyncDispose]();
    expect(readdirSync(folder)).toEqual([]);
  } finally {
    umask.mockRestore();
    process.umask(before);
  }
});

test('the longest address that a socket may have is one that can be made', async () => {
  const path = join(folder, 'd'.repeat(97 - folder.length), 's');
  expect(path).toHaveLength(100);
  const made = vi.spyOn(Server.prototype, 'listen');
  await using server = aServer();
  await server.listenOnSocket(path);
  // In a folder of its own beside it: another one may be on another disk, or not ours.
  expect(made.mock.calls[0]?.[0]).toMatchObject({ path: expect.stringMatching(/\/d+\/\.\w{6}\/s$/) });
  made.mockRestore();
  expect((await ask({ socketPath: path }, { path: '/nowhere' })).status).toBe(404);
});

/** Asks and goes away without an answer. */
async function leave(path: string): Promise<void> {
  const asked = request({ ...world.socket, path, agent: false });
  asked.on('error', () => {});
  await new Promise<void>((resolve) => asked.end(resolve));
  await new Promise((resolve) => setTimeout(resolve, 100));
  asked.destroy();
}

test('who waits for a run and goes away is not waited for', async () => {
  const job = world.daemon.live.current.jobs.get('photos');
  if (job === undefined) throw new Error('there is no such job');
  const { clock, store } = world.runtime;
  const now = clock.now();
  const plan = { job, repository: aRepository(), options: {} };
  const run = { id: 'r-0000000000000001', trigger: 'schedule', slot: 'a', slotAt: now, queuedAt: now, plan } as const;
  await store.record([run]);
  const looked = vi.spyOn(store, 'run');
  const looks = (): number => looked.mock.calls.filter(([id]) => id === run.id).length;
  await leave(`/v1/runs/${run.id}?wait=true`);
  const before = looks();
  await new Promise((resolve) => setTimeout(resolve, 2500));
  expect([before > 0, looks() - before <= 1]).toEqual([true, true]);
});
