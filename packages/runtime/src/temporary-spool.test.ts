import { existsSync, mkdirSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { FakeProcessTable } from '@umbracore/testkit';
import { expect, test } from 'vitest';
import { temporarySpool } from './temporary-spool.ts';

const owner = new FakeProcessTable().self();

test('every process gets a folder for itself alone, and nothing stays of it', () => {
  const scratchDir = join(tmpdir(), 'umbra-test');
  using other = temporarySpool({ scratchDir }, owner);
  const { spoolDir, [Symbol.dispose]: end } = temporarySpool({ scratchDir }, owner);
  const folder = dirname(spoolDir);
  expect(folder).not.toBe(dirname(other.spoolDir));
  expect(statSync(folder).mode & 0o777).toBe(0o700);
  mkdirSync(spoolDir);
  end();
  expect(existsSync(folder)).toBe(false);
});
