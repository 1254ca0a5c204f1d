import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { tamed } from '../../../tools/testing/fuzz.ts';
import { times } from '../../../tools/vitest/evidence.ts';
import { file, folder, MemoryRepository } from './memory-repository.ts';
import { budgetBytes, Place } from './place.ts';

const repository = new MemoryRepository();
for (const content of ['first', 'second', 'third'])
  repository.add([folder('folder', file('a', content), folder('inner', file('b', 'same'))), file('c', content)]);
const [first = '', , last = ''] = repository.ids();

/** The file of a catalog that is filled and closed. */
async function filled(): Promise<Buffer> {
  using place = new Place();
  {
    using catalog = place.open();
    await catalog.catchUp(repository.backend(), { budgetBytes });
  }
  return readFileSync(place.path);
}

const change = fc.record({
  at: fc.double({ min: 0, max: 1, noNaN: true }),
  bytes: fc.uint8Array({ minLength: 1, maxLength: 24 }),
});

test('whatever the bytes of a catalog, it is read, or is damaged and filled anew', async () => {
  const whole = await filled();
  using place = new Place();
  await fc.assert(
    fc.asyncProperty(fc.array(change, { minLength: 1, maxLength: 5 }), async (changes) => {
      const spoilt = Buffer.from(whole);
      for (const { at, bytes } of changes)
        spoilt.set(bytes.subarray(0, spoilt.length - Math.floor(at * spoilt.length)), Math.floor(at * spoilt.length));
      for (const suffix of ['', '-wal', '-shm']) rmSync(place.path + suffix, { force: true });
      writeFileSync(place.path, spoilt);
      const codes = /^(state\.damaged|snapshot\.absent)$/;
      using catalog = place.open();
      await tamed(() => catalog.snapshots(), codes);
      await tamed(() => [...catalog.list(last)], codes);
      await tamed(() => [...catalog.find({ pattern: '*', ignoreCase: false })], codes);
      await tamed(() => catalog.differences(first, last), codes);
      await tamed(() => catalog.totals(last, '/folder'), codes);
      await tamed(() => catalog.asOf, codes);
      catalog.drop();
      await catalog.catchUp(repository.backend(), { budgetBytes });
      expect([...catalog.list(last)]).toEqual(repository.list(last));
    }),
    { numRuns: times(60) },
  );
});
