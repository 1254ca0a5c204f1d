import { connect } from 'node:net';
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { UmbraError } from '@umbracore/contracts';
import { longestBodyBytes } from '../src/http/read-body.ts';
import { Router } from '../src/http/router.ts';
import { routes } from '../src/routes/index.ts';
import { ask } from './support/ask.ts';
import { World } from './support/world.ts';

let world: World;
beforeAll(async () => {
  world = await World.open();
});
afterAll(() => world[Symbol.asyncDispose]());

/** Every route, taken from the router itself and not from what it was made of. */
const mountedRoutes = (): readonly { readonly method: string; readonly path: string }[] =>
  new Router(world.daemon, routes, () => undefined).mounted.map(({ method, path }) => ({
    method: method.toUpperCase(),
    path: path.replaceAll(/\{\w+\}/g, 'r-1'),
  }));

describe('over TCP', () => {
  test.each([
    ['no token', {}],
    ['a wrong token', { authorization: 'Bearer 0123456789abcdef0123456789abcdef' }],
    ['half of the token', { authorization: () => `Bearer ${world.token.slice(0, 20)}` }],
    ['the token in another form', { authorization: () => `Basic ${world.token}` }],
    ['the token as a parameter', { authorization: '' }],
  ])('every route refuses %s', async (_, given) => {
    const mounted = mountedRoutes();
    expect(mounted.length).toBe(routes.length);
    for (const { method, path } of [...mounted, { method: 'GET', path: '/nowhere' }]) {
      const headers = Object.fromEntries(
        Object.entries(given).map(([name, value]) => [name, typeof value === 'function' ? value() : value]),
      );
      const body = method === 'POST' ? '{}' : undefined;
      const answer = await ask(world.port, {
        method,
        path: `${path}?token=${world.token}`,
        headers: { 'content-type': 'application/json', ...headers },
        ...(body === undefined ? {} : { body }),
      });
      expect([method, path, answer.status]).toEqual([method, path, 401]);
      expect(JSON.parse(answer.text)).toMatchObject({ schema: 'umbra.error/1', code: 'daemon.refused' });
    }
  });

  test('the token opens it', async () => {
    const headers = { authorization: `Bearer ${world.token}` };
    expect((await ask(world.port, { path: '/v1/jobs', headers })).status).toBe(200);
    expect((await ask(world.port, { path: '/nowhere', headers })).status).toBe(404);
  });
});

test.each(['//', '/\\', '//elsewhere/v1/jobs', '/%', '/v1/runs/%ff'])('%s is no path of the API', async (path) => {
  const { status, text } = await world.ask(path);
  expect([status, JSON.parse(text)]).toMatchObject([404, { code: 'usage.unknown-command' }]);
});

test('over the socket its file decides: its owner needs no token, nobody else may open it', async () => {
  for (const path of ['/health', '/v1/jobs', '/metrics']) expect((await world.ask(path)).status).toBe(200);
  expect(statSync(join(world.folder, 'daemon.sock')).mode & 0o777).toBe(0o600);
});

test('a route that does not say who may use it is not mounted', () => {
  const router = new Router(world.daemon, [], () => undefined);
  const [route] = routes;
  if (route === undefined) throw new Error('no routes');
  const { access: _, ...rest } = route;
  expect(() => router.mount(rest as typeof route)).toThrow(UmbraError);
  expect(router.mounted).toEqual([]);
});

test('nothing is changed by a GET: whatever controls is a POST', () => {
  for (const { method, access, path } of routes)
    expect([path, method === 'post']).toEqual([path, access === 'control']);
});

describe('requests that a browser could be made to send', () => {
  const hostOf = (text: string): string => text.replace('PORT', String(world.port.port));
  const hosts = [
    ['127.0.0.1:PORT', true],
    ['localhost:PORT', true],
    ['LOCALHOST:PORT', true],
    ['[::1]:PORT', true],
    ['localhost', false],
    ['127.0.0.1', false],
    ['localhost.:PORT', false],
    ['127.0.0.1.:PORT', false],
    ['127.0.0.1:1', false],
    ['127.1:PORT', false],
    ['0.0.0.0:PORT', false],
    ['[::]:PORT', false],
    ['[::ffff:127.0.0.1]:PORT', false],
    ['attacker.example:PORT', false],
    ['localhost.attacker.example:PORT', false],
    ['localhost:PORT@attacker.example', false],
  ] as const;
  const origins = [
    [undefined, true],
    ['own', true],
    ['null', false],
    ['http://attacker.example', false],
    ['https://localhost', false],
    ['http://localhost:1', false],
  ] as const;
  const sites = [
    [undefined, true],
    ['same-origin', true],
    ['none', true],
    ['same-site', false],
    ['cross-site', false],
  ] as const;
  const types = [
    ['application/json', true],
    ['application/json; charset=utf-8', true],
    ['text/plain', false],
    ['application/x-www-form-urlencoded', false],
    ['multipart/form-data; boundary=x', false],
    ['application/jsonp', false],
    [undefined, false],
  ] as const;
  // All combinations are in the test of the rule itself; here no more than one thing is odd at a time.
  const requests = hosts
    .flatMap(([host, isOurs]) =>
      origins.flatMap(([origin, isOwn]) =>
        sites.flatMap(([site, isHere]) =>
          types.map(([type, isJson]) => ({ host, origin, site, type, isOurs, isOwn, isHere, isJson })),
        ),
      ),
    )
    .filter(({ isOurs, isOwn, isHere, isJson }) => [isOurs, isOwn, isHere, isJson].filter((is) => !is).length <= 1)
    .flatMap((request) => [true, false].map((hasToken) => ({ ...request, hasToken })));

  test(`${requests.length} of them, with and without the token`, async () => {
    for (const { host, origin, site, type, hasToken, ...is } of requests) {
      const headers: Record<string, string> = { host: hostOf(host) };
      if (origin !== undefined) headers['origin'] = origin === 'own' ? `http://${hostOf(host)}` : origin;
      if (site !== undefined) headers['sec-fetch-site'] = site;
      if (type !== undefined) headers['content-type'] = type;
      if (hasToken) headers['authorization'] = `Bearer ${world.token}`;
      const question = { method: 'POST', path: '/v1/runs/r-1/cancel', headers, body: '{}' };
      const { status } = await ask(world.port, question);
      const comesFromHere = is.isOurs && is.isOwn && is.isHere;
      // What is no name of a host at all is refused before us.
      const expected = !comesFromHere ? [400, 403] : !hasToken ? [401] : is.isJson ? [404] : [415];
      expect([headers, expected.includes(status), status]).toEqual([headers, true, status]);
    }
  });

  test('no answer lets another site read it', async () => {
    const headers = { authorization: `Bearer ${world.token}`, origin: 'http://attacker.example' };
    for (const method of ['GET', 'OPTIONS', 'HEAD']) {
      const answer = await ask(world.port, { method, path: '/v1/jobs', headers });
      expect(answer.status).toBe(403);
      expect(Object.keys(answer.headers).filter((name) => name.startsWith('access-control'))).toEqual([]);
    }
  });
});

describe('requests that are too much', () => {
  const answerTo = (text: string): Promise<string> =>
    new Promise((resolve, reject) => {
      let answer = '';
      const socket = connect({ path: join(world.folder, 'daemon.sock') });
      socket.setEncoding('utf8').on('data', (piece: string) => (answer += piece));
      socket.on('error', reject).on('close', () => resolve(answer));
      socket.write(text);
    });

  test('a body that is too long', async () => {
    const body = JSON.stringify({ jobs: ['x'.repeat(longestBodyBytes)] });
    const answer = await world.ask({ method: 'POST', path: '/v1/runs', body });
    expect(answer.status).toBe(400);
    expect(answer.text).toContain(`longer than ${longestBodyBytes} bytes`);
  });

  test('a request that names no host', async () => {
    expect(await answerTo('GET /health HTTP/1.0\r\n\r\n')).toMatch(/^HTTP\/1\.1 4/);
  });

  test('headers that are too long', async () => {
    const text = `GET /health HTTP/1.1\r\nhost: localhost\r\nx: ${'x'.repeat(20_000)}\r\n\r\n`;
    expect(await answerTo(text)).toContain('431');
  });

  test.each([
    ['no JSON', '{"jobs":', 'no JSON'],
    ['another form', '[]', 'body'],
    ['an unknown part', '{"job":["documents"]}', 'job'],
    ['a wrong part', '{"options":{"compressionLevel":10}}', 'options.compressionLevel'],
  ])('%s in the body: 400, and it is said what', async (_, body, part) => {
    const answer = await world.ask({ method: 'POST', path: '/v1/runs', body });
    expect(answer.status).toBe(400);
    expect(answer.text).toContain(part);
  });
});
