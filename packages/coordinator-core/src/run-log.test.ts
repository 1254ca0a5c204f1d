import { aCommandJob, aPlan, aRun } from '@umbracore/testkit';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { logLimitBytes, logOfRun, notebook, spoolOfRun, tidySpool, writeLog } from './run-log.ts';

let folder: string;
let spoolDir: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'umbra-log-'));
  spoolDir = join(folder, 'spool');
});

afterEach(() => rm(folder, { recursive: true }));

test('a notebook keeps the first and the last lines of a flood', () => {
  const notes = notebook();
  for (let line = 0; line < 100_000; line += 1) notes.add(`${line}`);
  const kept = notes.take();
  expect(kept.length).toBeLessThan(7000);
  expect([kept[0], kept.at(-1)]).toEqual(['0', '99999']);
  expect(kept.join()).toMatch(/\d+ lines left out/);
  expect(notes.take()).toEqual([]);
});

test('a log has a limit and keeps its end', async () => {
  for (let round = 0; round < 3; round += 1) {
    writeLog(
      spoolDir,
      'r-1',
      Array.from({ length: 5000 }, (_, line) => `${round}-${line} ${'x'.repeat(90)}`),
    );
  }
  const file = logOfRun(spoolDir, 'r-1');
  expect((await stat(file)).size).toBeLessThanOrEqual(logLimitBytes);
  const lines = (await readFile(file, 'utf8')).trimEnd().split('\n');
  expect(lines.at(-1)).toMatch(/^2-4999 /);
  expect(lines[0]).toMatch(/^\d-\d+ x+$/);
});

test('a spool leaves its last words and goes', async () => {
  const spool = spoolOfRun(spoolDir, 'r-1');
  await mkdir(join(spool, '1'), { recursive: true });
  await writeFile(join(spool, '1', 'stderr.log'), 'unmasked');
  await writeFile(join(spool, '1', 'stdout.log'), `${'old\n'.repeat(10_000)}the last word\n`);
  await writeFile(join(spool, '1', 'exit.json'), '{}');
  tidySpool(spoolDir, aRun({ id: 'r-1' }));
  const log = await readFile(logOfRun(spoolDir, 'r-1'), 'utf8');
  expect(log).toContain('the last word');
  expect(log).not.toContain('unmasked');
  expect(log.length).toBeLessThan(20_000);
  expect(existsSync(spool)).toBe(false);
  tidySpool(spoolDir, aRun({ id: 'r-1' }));
});

test('what a command printed is not kept as it is', async () => {
  const spool = spoolOfRun(spoolDir, 'r-1');
  await mkdir(join(spool, '1'), { recursive: true });
  await writeFile(join(spool, '1', 'stdout.log'), 'unmasked');
  tidySpool(spoolDir, aRun({ id: 'r-1', plan: { ...aPlan(), job: aCommandJob(), repository: null } }));
  expect(existsSync(logOfRun(spoolDir, 'r-1'))).toBe(false);
  expect(existsSync(spool)).toBe(false);
});
