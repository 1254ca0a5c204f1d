import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Backend, Finding, Progress } from '@umbracore/contracts';
import { defineRepository, examine, openRuntime } from '../src/index.ts';

const program = process.env['UMBRA_TEST_RESTIC_0_19_1'];

/** restic itself says nothing for five minutes, and goes on for a quarter of an hour. */
describe.skipIf(program === undefined)('a server that takes every connection and never answers', () => {
  const folder = mkdtempSync(join(tmpdir(), 'umbra-silent-'));
  const connected = new Set<Socket>();
  const server = createServer((socket) => void connected.add(socket.on('error', () => undefined)));

  beforeAll(async () => {
    writeFileSync(join(folder, 'password'), 'correct horse', { mode: 0o600 });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  });
  afterAll(() => {
    for (const socket of connected) socket.destroy();
    server.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it.concurrent.each<readonly [string, (backend: Backend) => Promise<unknown>]>([
    ['listed', (backend) => backend.snapshots()],
    ['looked into', (backend) => backend.list('a'.repeat(64))[Symbol.asyncIterator]().next()],
    ['checked', (backend) => backend.check({ type: 'structure' })],
  ])('is not waited for when it is %s', async (_, ask) => {
    const env = { ...process.env, XDG_CACHE_HOME: join(folder, 'cache'), UMBRA_RESTIC: program };
    await using runtime = await openRuntime({ stateDir: mkdtempSync(join(folder, 'state-')), env });
    const away = defineRepository({
      name: 'away',
      location: `rest:http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
      password: `file:${join(folder, 'password')}` as `file:/${string}`,
      stallTimeout: '2s',
    });
    await expect(ask(await runtime.repositories.backend(away))).rejects.toMatchObject({
      code: 'repository.unreachable',
      message: 'away has answered nothing for 2 s, whatever it was asked',
    });
  });

  it.concurrent('holds no other one up where all are examined', async () => {
    const env = { ...process.env, XDG_CACHE_HOME: join(folder, 'cache'), UMBRA_RESTIC: program };
    await using runtime = await openRuntime({ stateDir: mkdtempSync(join(folder, 'state-')), env });
    const password = `file:${join(folder, 'password')}` as `file:/${string}`;
    const location = `rest:http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
    const away = ['one', 'other'].map((name) => defineRepository({ name, location, password }));
    const here = defineRepository({ name: 'here', location: join(folder, 'here'), password });
    await runtime.repositories.create(here);
    const repositories = new Map([...away, here].map((each) => [each.name, each]));
    const configuration = { ...runtime.configuration, repositories };
    // The time that is given to each is over when nobody else is looked at any more.
    let end = (): void => undefined;
    const over = new Promise<void>((resolve) => (end = resolve));
    const sources = { ...runtime, configuration, clock: { ...runtime.clock, sleep: () => over } };
    const report = ({ filesProcessed, currentFiles }: Progress): void => {
      if (filesProcessed === 1 && currentFiles.length === 2) end();
    };
    const findings: Finding[] = [];
    const asked = { version: '0', only: 'lock', repositoryLimitMs: 5000 } as const;
    for await (const finding of examine(sources, asked, { report })) findings.push(finding);
    const gone = { standing: 'bad', code: 'repository.unreachable', text: 'it was not looked through within 5 s' };
    expect(findings).toMatchObject([
      { subject: 'one', ...gone },
      { subject: 'other', ...gone },
    ]);
  });
});
