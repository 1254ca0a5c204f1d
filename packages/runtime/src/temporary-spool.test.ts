import { existsSync, mkdirSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { temporarySpool } from './temporary-spool.ts';

test('every process gets a folder for itself alone, and nothing stays of it', () => {
  const scratchDir = join(tmpdir(), 'umbra-test');
  using other = temporarySpool({ scratchDir });
  const { spoolDir, [Symbol.dispose]: end } = temporarySpool({ scratchDir });
  const folder = dirname(spoolDir);
  expect(folder).not.toBe(dirname(other.spoolDir));
  expect(statSync(folder).mode & 0o777).toBe(0o700);
  mkdirSync(spoolDir);
  end();
  expect(existsSync(folder)).toBe(false);
});
