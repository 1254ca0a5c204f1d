import { aRun } from '@umbracore/testkit';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { Sandbox, tidySandboxes } from './sandbox.ts';

let scratch: string;
beforeEach(() => void (scratch = join(mkdtempSync(join(tmpdir(), 'umbra-sandbox-')), 'scratch')));
afterEach(() => rmSync(join(scratch, '..'), { recursive: true, force: true }));

test('is for its owner alone, begins empty, and is gone in the end with whatever it holds', async () => {
  mkdirSync(join(scratch, 'drill-r-1', 'left'), { recursive: true });
  {
    await using sandbox = await Sandbox.create(scratch, 'r-1');
    const [place = ''] = readdirSync(scratch);
    expect([statSync(join(scratch, place)).mode & 0o777, readdirSync(join(scratch, place))]).toEqual([0o700, []]);
    const [one, other] = [sandbox.newFolder(), sandbox.newFolder()];
    expect(one).not.toBe(other);
    mkdirSync(join(one, 'closed'), { recursive: true });
    writeFileSync(join(one, 'closed', 'file'), 'x');
    writeFileSync(Buffer.concat([Buffer.from(`${one}/closed/odd`), Buffer.from([0xff])]), 'x');
    chmodSync(join(one, 'closed'), 0);
  }
  expect(readdirSync(scratch)).toEqual([]);
});

test('what has no room is refused before it is restored', async () => {
  await using sandbox = await Sandbox.create(scratch, 'r-1');
  await sandbox.demandRoom(1000);
  await expect(sandbox.demandRoom(1e18)).rejects.toMatchObject({
    code: 'engine.disk-full',
    hint: expect.stringContaining('maxSize'),
  });
});

test('a scratch folder that cannot be is said', async () => {
  writeFileSync(scratch, 'a file');
  await expect(Sandbox.create(scratch, 'r-1')).rejects.toMatchObject({ code: 'restore.target' });
});

test('what a dead process left goes when its run has ended; what nobody here knows stays', async () => {
  for (const name of ['drill-r-ended', 'drill-r-open', 'drill-r-foreign', 'other']) {
    mkdirSync(join(scratch, name), { recursive: true });
  }
  const runs = new Map([
    ['r-ended', aRun({ state: 'failed' })],
    ['r-open', aRun({ state: 'running' })],
  ]);
  await tidySandboxes({ run: async (id) => runs.get(id) }, scratch);
  expect(readdirSync(scratch).toSorted()).toEqual(['drill-r-foreign', 'drill-r-open', 'other']);
  await tidySandboxes({ run: async () => undefined }, join(scratch, 'absent'));
  expect(existsSync(join(scratch, 'absent'))).toBe(false);
});
