import { chmodSync, mkdtempSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { apiToken, isTokenOf, newToken } from './token.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'umbra-token-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

test('it is made once, for its owner alone, and can be replaced', () => {
  const token = apiToken(folder);
  expect(token).toMatch(/^[\w-]{43}$/);
  expect(apiToken(folder)).toBe(token);
  expect(statSync(join(folder, 'daemon.token')).mode & 0o777).toBe(0o600);
  const other = newToken(folder);
  expect(other).not.toBe(token);
  expect(apiToken(folder)).toBe(other);
});

test('one that others could read, or that is somewhere else, is not used', () => {
  apiToken(folder);
  chmodSync(join(folder, 'daemon.token'), 0o640);
  expect(() => apiToken(folder)).toThrow(/not for us alone/);
  rmSync(join(folder, 'daemon.token'));
  writeFileSync(join(folder, 'elsewhere'), 'x'.repeat(43), { mode: 0o600 });
  symlinkSync(join(folder, 'elsewhere'), join(folder, 'daemon.token'));
  expect(() => apiToken(folder)).toThrow(/not for us alone/);
});

test.each([
  ['Bearer right', true],
  ['bearer right', true],
  ['Bearer wrong', false],
  ['Bearer right ', false],
  ['Bearer  right', false],
  ['Bearer', false],
  ['Basic right', false],
  ['right', false],
  ['', false],
  [undefined, false],
])('%s: %s', (authorization, expected) => expect(isTokenOf('right', authorization)).toBe(expected));
