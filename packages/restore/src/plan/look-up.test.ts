import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { lookUp } from './look-up.ts';

const folder = mkdtempSync(join(tmpdir(), 'umbra-look-up-'));
afterAll(() => rmSync(folder, { recursive: true }));

const bytes = (...name: number[]): Buffer => Buffer.concat([Buffer.from(`${folder}/bad`), Buffer.from(name)]);

test('files, folders, links to nowhere, nothing', () => {
  writeFileSync(join(folder, 'file'), '123');
  mkdirSync(join(folder, 'folder'));
  symlinkSync('nowhere', join(folder, 'link'));
  expect(lookUp(join(folder, 'file'))).toMatchObject({ type: 'file', size: 3 });
  expect(lookUp(join(folder, 'folder'))?.type).toBe('dir');
  expect(lookUp(join(folder, 'link'))?.type).toBe('other');
  expect(lookUp(join(folder, 'nothing'))).toBeUndefined();
});

// Only Linux keeps such names.
test.runIf(process.platform === 'linux')(
  'a name that is no UTF-8 is found by what is left of it, if only one fits',
  () => {
    const told = join(folder, 'bad\u{fffd}\u{fffd}');
    expect(lookUp(told)).toBeUndefined();
    writeFileSync(bytes(0xff, 0xfe), '1');
    expect(lookUp(told)).toMatchObject({ type: 'file', size: 1 });
    writeFileSync(bytes(0xe2, 0x82), '22');
    expect(lookUp(told)).toBeUndefined();
  },
);
