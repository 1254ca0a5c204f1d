import type { EngineProcess } from '@umbracore/contracts';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { tidyCalls } from './calls-left.ts';

const hour = 3_600_000;
let scratchDir: string;
beforeEach(() => void (scratchDir = mkdtempSync(join(tmpdir(), 'umbra-calls-'))));
afterEach(() => rmSync(scratchDir, { recursive: true, force: true }));

const aSpool = (name: string, ...more: readonly string[]): void => {
  mkdirSync(join(scratchDir, name, 'spool'), { recursive: true });
  writeFileSync(join(scratchDir, name, 'spool', 'shim.json'), '{}');
  for (const file of more) writeFileSync(join(scratchDir, name, file), '');
};

const tidyAfter = (ms: number, atWork = ''): Promise<void> =>
  tidyCalls({
    scratchDir,
    clock: { now: () => Date.now() + ms },
    engineProcesses: {
      find: async (spool) => {
        const name = basename(dirname(spool));
        return name === 'borg-none00' ? undefined : ({ isAtWork: () => name === atWork } as EngineProcess);
      },
    },
  });

test('what a killed call left goes a day later, unless its engine works, and nothing else does', async () => {
  for (const name of ['restic-aB3dE6', 'borg-Zz9yX8', 'borg-none00', 'drill-r-1', 'restic-other']) aSpool(name);
  aSpool('proof-a1b2c3', 'restored');
  mkdirSync(join(scratchDir, 'restic-empty0'));
  mkdirSync(join(scratchDir, 'daemon-0123456789abcdef'));
  const before = readdirSync(scratchDir);
  await tidyAfter(23 * hour);
  expect(readdirSync(scratchDir)).toEqual(before);
  await tidyAfter(25 * hour, 'borg-Zz9yX8');
  expect(readdirSync(scratchDir).toSorted()).toEqual([
    'borg-Zz9yX8',
    'daemon-0123456789abcdef',
    'drill-r-1',
    'proof-a1b2c3',
    'restic-other',
  ]);
});

test('without a scratch folder there is nothing to do', async () => {
  rmSync(scratchDir, { recursive: true });
  await tidyAfter(0);
  expect(existsSync(scratchDir)).toBe(false);
});
