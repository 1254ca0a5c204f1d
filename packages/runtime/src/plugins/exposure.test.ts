import { chmodSync, mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { exposureOf, refuseExposed } from './exposure.ts';

const parent = realpathSync(mkdtempSync(join(tmpdir(), 'umbra-exposure-')));
afterAll(() => rmSync(parent, { recursive: true }));

const me = { uid: process.getuid?.() ?? 0, gid: process.getgid?.() ?? 0 };
test('a file is as safe as every folder above it, and as where its link leads', () => {
  const inner = join(parent, 'a', 'b');
  mkdirSync(inner, { recursive: true, mode: 0o755 });
  const file = join(inner, 'plugin.mjs');
  writeFileSync(file, '', { mode: 0o644 });
  expect(exposureOf(file, me)).toBeUndefined();
  const link = join(parent, 'link.mjs');
  symlinkSync(file, link);
  chmodSync(join(parent, 'a'), 0o777);
  const expected = `${join(parent, 'a')} can be changed by everybody`;
  expect([exposureOf(file, me), exposureOf(link, me)]).toEqual([expected, expected]);
  expect(() => refuseExposed('./plugin.mjs', file, { uid: 0, gid: 0 })).toThrow(
    expect.objectContaining({ code: 'plugin.unsafe', exitCode: 32 }),
  );
});

test('others than root are warned', () => {
  const file = join(parent, 'open.mjs');
  writeFileSync(file, '');
  chmodSync(file, 0o666);
  const nobody = { uid: 65_534, gid: 65_534 };
  expect(refuseExposed('./open.mjs', file, nobody)).toContain('can be changed by');
});
