import { connect } from 'node:net';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { mangled } from '../../../tools/testing/fuzz.ts';
import { times } from '../../../tools/vitest/evidence.ts';
import { routes } from '../src/routes/index.ts';
import { World } from './support/world.ts';

/** All but the one that answers for as long as somebody listens. */
const targets = routes
  .filter(({ path }) => path !== '/v1/events')
  .map(({ method, path }) => ({
    method: method.toUpperCase(),
    path: path.replaceAll(/\{(\w+)\}/g, (_, name: string) => (name === 'job' ? 'documents' : 'main')),
  }));

const query = 'limit=3&repository=main&since=2026-01-01&path=/a&outcome=failed&outcome=warning';
const body = JSON.stringify({
  job: 'documents',
  jobs: ['documents'],
  repository: 'main',
  snapshot: 'abc',
  dryRun: true,
  paths: ['/a'],
});

const words = [
  '%2e%2e%2f',
  '%00',
  '%',
  '&limit=-1',
  '&limit=1e9',
  '//',
  '?',
  '[]',
  '\r\n',
  'Host: evil',
  'Origin: null',
  '{}',
  '"job":7',
];

/** Well formed as HTTP wants it, with a target and a body that are not. */
const strange = fc
  .tuple(
    fc
      .constantFrom(...targets)
      .chain(({ method, path }) =>
        fc.tuple(
          fc.constantFrom(method, method, method, 'HEAD', 'PUT'),
          fc.oneof(fc.constant(path), mangled([path], words)),
        ),
      ),
    fc.oneof(fc.constant(query), mangled([query], words)),
    fc.oneof(mangled([body], words), fc.json()),
  )
  .map(([[method, path], parameters, text]) => {
    const target = `${path}?${parameters}`.replaceAll(/[^!-~]/gu, encoded);
    return request(method, target.startsWith('/') ? target : `/${target}`, text);
  });

const encoded = (character: string): string =>
  [...Buffer.from(character)].map((byte) => `%${byte.toString(16).padStart(2, '0')}`).join('');

const request = (method: string, target: string, text: string): string =>
  [
    `${method} ${target} HTTP/1.1`,
    'Host: localhost',
    'Connection: close',
    'Content-Type: application/json',
    `Content-Length: ${Buffer.byteLength(text)}`,
    '',
    text,
  ].join('\r\n');

/** Not even that. */
const broken = mangled(
  targets.map(({ method, path }) => request(method, `${path}?${query}`, body)),
  words,
);

/** Everything that comes back until the connection is closed from there. */
function answerTo(path: string, text: string): Promise<string> {
  return new Promise((resolve) => {
    let answer = '';
    const socket = connect(path, () => socket.end(text));
    socket.setEncoding('utf8').on('data', (piece: string) => (answer += piece));
    // What it has not read when it refuses breaks the connection.
    socket.on('error', () => {});
    socket.on('close', () => resolve(answer));
  });
}

test.each([
  ['asked', strange, ['200', '400', '404']],
  ['sent', broken, ['400']],
])('whatever is %s, the answer is one that HTTP knows, never that there is a bug', async (_, requests, known) => {
  await using world = await World.open();
  const { socketPath } = world.socket as { readonly socketPath: string };
  const statuses = new Set<string>();
  await fc.assert(
    fc.asyncProperty(requests, async (text) => {
      const answer = await answerTo(socketPath, text);
      expect(answer).not.toMatch(/"code":"internal"/);
      statuses.add(/^HTTP\/1\.1 (\d{3})/.exec(answer)?.[1] ?? 'none');
    }),
    { numRuns: times(200) },
  );
  expect([...statuses]).toEqual(expect.arrayContaining(known));
  expect((await world.ask('/health')).status).toBe(200);
});
