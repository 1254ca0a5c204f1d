import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { askShown } from './ask-shown.ts';

const shown = { stdout: 'täglich ✓ {"a":{}}\n', stderr: '', exitCode: 3 };
const head = (status = '200 OK'): string => `HTTP/1.1 ${status}\r\ncontent-type: application/json\r\n\r\n`;

let folder: string;
let server: Server;
let answer: (socket: Socket) => void;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'umbra-ask-'));
  server = createServer((socket) => socket.once('data', () => answer(socket)));
  await new Promise<void>((resolve) => server.listen(join(folder, 's'), resolve));
});
afterEach(() => {
  server.close();
  rmSync(folder, { recursive: true });
});

const ask = () => askShown(join(folder, 's'), '/v1/status/shown');

/** Sends each piece when the one before is on its way. */
function sendOneByOne(socket: Socket, [piece, ...rest]: readonly Uint8Array[]): void {
  if (piece !== undefined) socket.write(piece, () => setImmediate(() => sendOneByOne(socket, rest)));
}

test('an answer that comes byte by byte is whole: what is cut are characters, and brackets that are not the last', async () => {
  const bytes = Buffer.from(head() + JSON.stringify(shown));
  answer = (socket) =>
    sendOneByOne(
      socket,
      [...bytes].map((byte) => Uint8Array.of(byte)),
    );
  expect(await ask()).toEqual(shown);
});

test('so is one that is longer than what is read at a time', async () => {
  const long = { ...shown, stdout: '✓}'.repeat(200_000) };
  answer = (socket) => socket.write(head() + JSON.stringify(long));
  expect(await ask()).toEqual(long);
});

test.each([
  ['a refusal', head('503 Service Unavailable') + JSON.stringify(shown)],
  ['an answer that breaks off', head() + JSON.stringify(shown).slice(0, -20)],
  ['one that breaks off after a bracket', `${head()}{"stdout":"{}`],
  ['nothing', ''],
])('%s is no answer', async (_, text) => {
  answer = (socket) => socket.end(text);
  expect(await ask()).toBeUndefined();
});

test('where nobody listens is no answer', async () => {
  expect(await askShown(join(folder, 'other'), '/v1/status/shown')).toBeUndefined();
});
