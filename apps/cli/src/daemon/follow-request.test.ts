import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { globalDefaults } from '../global-options.ts';
import { RunTeller } from '../run/run-teller.ts';
import { Session } from '../session.ts';
import { DaemonClient } from './daemon-client.ts';
import { followRequest } from './follow-request.ts';

const work = { key: 'k', jobs: ['a'], all: false, tags: [], trigger: 'manual', options: {} } as const;

test('a Ctrl-C that comes before the daemon knows the request is not lost', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'umbra-follow-'));
  const socket = join(folder, 'daemon.sock');
  const cancels: number[] = [];
  let stream: ServerResponse | undefined;
  const begin = (): void => {
    stream?.writeHead(200, { 'content-type': 'text/event-stream' });
    const event = { schema: 'umbra.event/1', type: 'config.reloaded', file: null, time: '2026-01-05T00:00:00Z' };
    stream?.write(`data: ${JSON.stringify(event)}\n\n`);
  };
  const end = { schema: 'umbra.request/1', key: 'k', exitCode: 130, runs: [], problems: [] };
  const daemon = createServer((request, response) => {
    if (request.url === '/v1/runs') {
      stream = response;
      // It still reads its configuration.
      process.emit('SIGINT');
      return;
    }
    const status = cancels.length === 0 ? 404 : 202;
    cancels.push(status);
    response.writeHead(status).end(JSON.stringify({ code: 'usage.unknown-run', message: 'there is no request k' }));
    if (status === 404) response.on('close', () => setTimeout(begin, 50));
    else stream?.end(`event: end\ndata: ${JSON.stringify(end)}\n\n`);
  });
  daemon.listen(socket);
  await once(daemon, 'listening');
  await using session = new Session({ ...globalDefaults, quiet: true });
  expect(session.interrupt.cancel.aborted).toBe(false);
  using teller = new RunTeller(session);
  const identity = { pid: 1, startTime: '1', bootId: 'b', host: 'h' };
  const note = { process: identity, version: '1', socket, listen: null, configFile: null, startedAt: 0 };
  expect(await followRequest(session, new DaemonClient(note), work, teller)).toEqual({ exitCode: 130 });
  expect(cancels).toEqual([404, 202]);
  session.releaseSignals();
  daemon.close();
  rmSync(folder, { recursive: true });
}, 10_000);
