import { existsSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { once } from 'node:events';
import { createConnection, createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ownSocket } from './sockets.ts';

const group = 12_345;

describe.runIf(process.getuid?.() === 0)('a socket of its own (needs root, whose the policy is)', () => {
  let folder: string;
  let server: Server;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'umbra-sockets-'));
    const policy = { version: 1, groups: [group], engine: '/usr/bin/restic', repositories: {}, jobs: {} };
    writeFileSync(join(folder, 'policy.json'), JSON.stringify(policy), { mode: 0o644 });
    server = createServer((socket) => socket.end());
  });

  afterEach(async () => {
    server.close();
    rmSync(folder, { recursive: true });
  });

  const prepared = () => ownSocket(join(folder, 'sockets'), 'backup', join(folder, 'policy.json'));
  const looked = join('sockets', 'backup.sock');

  test('is not there before those may come who will be let in: who finds it early would be refused for good', async () => {
    const socket = await prepared();
    server.listen(socket.path);
    await once(server, 'listening');
    expect(existsSync(join(folder, looked))).toBe(false);
    socket.open();
    expect(statSync(join(folder, looked))).toMatchObject({ mode: 0o140_660, gid: group });
    await once(createConnection(join(folder, looked)), 'connect');
    await expect(prepared()).rejects.toThrow('listens at');
    socket.remove();
    expect(existsSync(join(folder, looked))).toBe(false);
  });

  test('takes the place of one whose program was killed, before or after it was opened', async () => {
    for (const abandoned of ['backup.sock', 'backup.sock.new']) {
      const socket = await prepared();
      writeFileSync(join(folder, 'sockets', abandoned), '');
      const next = await prepared();
      expect(existsSync(join(folder, 'sockets', abandoned))).toBe(false);
      expect(next.path).toBe(socket.path);
    }
  });
});
