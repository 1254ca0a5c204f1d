import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { operatorLog } from './operator-log.ts';

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'umbra-operator-log-'));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

const lines = (): unknown[] =>
  readFileSync(join(dir, 'umbra.log'), 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as unknown);

test('lines are in the file, in their order, when the log is disposed', async () => {
  {
    await using log = operatorLog({ dir, level: 'info' });
    log.child({ run: 'r-1' }).warn({ code: 7 }, 'first');
    log.error({}, 'second');
  }
  expect(lines()).toMatchObject([
    { level: 40, run: 'r-1', code: 7, msg: 'first' },
    { level: 50, msg: 'second' },
  ]);
});

test('what is below the level leaves no file', async () => {
  for (const level of ['info', 'silent']) {
    await using log = operatorLog({ dir, level });
    log.debug({}, 'detail');
    if (level === 'silent') log.error({}, 'trouble');
  }
  expect(existsSync(join(dir, 'umbra.log'))).toBe(false);
});

test('a folder that cannot be made stops nothing', async () => {
  writeFileSync(join(dir, 'file'), '');
  const log = operatorLog({ dir: join(dir, 'file', 'logs'), level: 'info' });
  log.warn({}, 'lost');
  await expect(log[Symbol.asyncDispose]()).resolves.toBeUndefined();
});
