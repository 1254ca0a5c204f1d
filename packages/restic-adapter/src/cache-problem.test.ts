import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { cacheProblem } from './cache-problem.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'umbra-cache-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test('a cache that can be written is made, and nothing stays of the probe', async () => {
  const cache = join(folder, 'deep', 'cache');
  expect(await cacheProblem(cache)).toBeUndefined();
  expect(readdirSync(cache)).toEqual([]);
});

test('a cache that cannot be made', async () => {
  writeFileSync(join(folder, 'file'), '');
  expect(await cacheProblem(join(folder, 'file', 'cache'))).toContain('ENOTDIR');
});
