import { chmodSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { whenOpening } from '../../../tools/testing/when-opening.ts';
import { fileSecrets } from './index.ts';

/** A secret that is ours alone, and a file that is open to all, which may be put in its place. */
function twoFiles() {
  const folder = mkdtempSync(join(tmpdir(), 'umbra-swapped-'));
  const [ours, theirs] = [join(folder, 'ours'), join(folder, 'theirs')];
  writeFileSync(ours, 'our secret\n', { mode: 0o600 });
  writeFileSync(theirs, 'their secret\n');
  chmodSync(theirs, 0o666);
  return {
    swap: () => renameSync(theirs, ours),
    resolve: () => fileSecrets().resolve({ scheme: 'file', target: ours }),
    [Symbol.dispose]: () => rmSync(folder, { recursive: true }),
  };
}

test('a secret file that is replaced once it is open is read as it was judged', async () => {
  using files = twoFiles();
  const secret = await whenOpening('after', files.swap, files.resolve);
  expect(secret.reveal()).toBe('our secret');
});

test('one that is replaced before is judged as what it is then', async () => {
  using files = twoFiles();
  await expect(whenOpening('before', files.swap, files.resolve)).rejects.toMatchObject({ code: 'secret.unavailable' });
});

test('too few descriptors are no fault of the file', async () => {
  using files = twoFiles();
  const none = (): void => {
    throw Object.assign(new Error('too many open files'), { code: 'EMFILE' });
  };
  await expect(whenOpening('before', none, files.resolve)).rejects.toMatchObject({
    code: 'engine.resources',
    hint: expect.stringContaining('LimitNOFILE='),
  });
});
