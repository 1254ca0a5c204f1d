import { expect, test } from 'vitest';
import { originProblem, type RequestOrigin } from './origin.ts';

const port = 8970;
const ours = ['127.0.0.1', 'localhost', '[::1]', 'LocalHost'].map((name) => `${name}:${port}`);
const foreign = [
  undefined,
  '',
  'localhost',
  '127.0.0.1',
  `localhost.:${port}`,
  `127.0.0.1:${port + 1}`,
  `127.0.0.1:0${port}`,
  `127.0.0.1:${port} `,
  `2130706433:${port}`,
  `0x7f.1:${port}`,
  `[::]:${port}`,
  `[::ffff:127.0.0.1]:${port}`,
  `[0:0:0:0:0:0:0:1]:${port}`,
  `[::1%lo]:${port}`,
  `attacker.example:${port}`,
  `localhost.attacker.example:${port}`,
  `127.0.0.1.attacker.example:${port}`,
  `localhost:${port},attacker.example`,
];
const origins = (host: string | undefined) => [
  { origin: undefined, isOwn: true },
  { origin: `http://${host}`, isOwn: true },
  { origin: `https://${host}`, isOwn: false },
  { origin: 'null', isOwn: false },
  { origin: '', isOwn: false },
  { origin: 'http://attacker.example', isOwn: false },
  { origin: `http://${host}.attacker.example`, isOwn: false },
  { origin: `http://${host}/`, isOwn: false },
  { origin: `http://attacker.example@${host}`, isOwn: false },
  { origin: 'file://', isOwn: false },
];
const sites = [
  { site: undefined, isHere: true },
  { site: 'same-origin', isHere: true },
  { site: 'none', isHere: true },
  { site: 'same-site', isHere: false },
  { site: 'cross-site', isHere: false },
  { site: '', isHere: false },
  { site: 'Same-Origin', isHere: false },
];

test('only requests of this machine, from no page or from our own', () => {
  let passed = 0;
  for (const host of [...ours, ...foreign]) {
    for (const { origin, isOwn } of origins(host)) {
      for (const { site, isHere } of sites) {
        const request: RequestOrigin = { transport: 'tcp', port, host, origin, secFetchSite: site };
        const isFine = host !== undefined && ours.includes(host) && isOwn && isHere;
        expect([request, originProblem(request) === undefined]).toEqual([request, isFine]);
        if (isFine) passed += 1;
      }
    }
  }
  expect(passed).toBe(ours.length * 2 * 3);
});

test('over the socket there is one name', () => {
  const request = { transport: 'socket', port: undefined, origin: undefined, secFetchSite: undefined } as const;
  expect(originProblem({ ...request, host: 'localhost' })).toBeUndefined();
  for (const host of [undefined, '', 'localhost:80', '127.0.0.1', 'attacker.example'])
    expect(originProblem({ ...request, host })).toBeDefined();
  expect(originProblem({ ...request, host: 'localhost', origin: 'http://attacker.example' })).toBeDefined();
});
