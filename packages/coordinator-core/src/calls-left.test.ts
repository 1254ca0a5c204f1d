import type { EngineProcess } from '@umbracore/contracts';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { tidyCalls, tidyProofs } from './calls-left.ts';

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

test('what a killed proof restored goes a day later, whatever rights it has, and nothing of another name or behind a link', async () => {
  const locked = join(scratchDir, 'proof-a1b2c3', 'restored');
  mkdirSync(locked, { recursive: true });
  writeFileSync(join(locked, 'file'), '');
  chmodSync(locked, 0o500);
  for (const name of ['proof-other', 'my-proof-a1b2c3', 'proof-a1b2c34']) mkdirSync(join(scratchDir, name));
  symlinkSync(join(scratchDir, 'proof-other'), join(scratchDir, 'proof-aLink1'));
  writeFileSync(join(scratchDir, 'proof-aFile1'), '');
  const before = readdirSync(scratchDir);
  const tidy = (ms: number): Promise<void> => tidyProofs({ scratchDir, clock: { now: () => Date.now() + ms } });
  await tidy(23 * hour);
  expect(readdirSync(scratchDir)).toEqual(before);
  await tidy(25 * hour);
  expect(readdirSync(scratchDir)).toEqual(before.filter((name) => name !== 'proof-a1b2c3'));
});

test('without a scratch folder there is nothing to do', async () => {
  rmSync(scratchDir, { recursive: true });
  await tidyAfter(0);
  await tidyProofs({ scratchDir, clock: { now: Date.now } });
  expect(existsSync(scratchDir)).toBe(false);
});
