import { mkdtempDisposableSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { UmbraError, type Backend } from '@umbracore/contracts';
import { expect, test } from 'vitest';
import { dumpToFile } from './dump.ts';

test('a name that is taken is refused before anything is read', async () => {
  using folder = mkdtempDisposableSync(join(tmpdir(), 'umbra-dump-'));
  const file = join(folder.path, 'taxes.tar');
  writeFileSync(file, 'mine');
  let asked = false;
  const backend = { dump: async () => void (asked = true) } as Partial<Backend> as Backend;
  const dump = { snapshot: 'a', path: '/taxes', archive: 'tar', fileName: 'taxes.tar' } as const;
  const error: unknown = await dumpToFile(backend, dump, file, {}).catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({ code: 'restore.target', message: `Cannot write ${file}: it is there already` });
  expect(error).toBeInstanceOf(UmbraError);
  expect(asked).toBe(false);
});
