import { mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { newFolder } from './new-folder.ts';

test('never names what is there, be it a folder or a link to nowhere', () => {
  const parent = mkdtempSync(join(tmpdir(), 'umbra-new-folder-'));
  try {
    expect(newFolder(parent, 'restored')).toBe(join(parent, 'restored'));
    mkdirSync(join(parent, 'restored'));
    symlinkSync('nowhere', join(parent, 'restored-2'));
    expect(newFolder(parent, 'restored')).toBe(join(parent, 'restored-3'));
  } finally {
    rmSync(parent, { recursive: true });
  }
});
