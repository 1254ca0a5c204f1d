import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readSeeds, replays, withSeed, type KeptSeed } from './seeds.ts';

const seed: KeptSeed = {
  suite: 'kills',
  files: ['a.test.ts'],
  seed: 7,
  times: 0.5,
  found: 'after 16 kills',
  date: '2026-11-26',
};

test('every failure that was found is kept once, and tried again from its seed', () => {
  const kept = withSeed([seed, { ...seed, seed: 8 }], { ...seed, times: 0.1 });
  expect(kept.map((each) => [each.seed, each.times])).toEqual([
    [8, 0.5],
    [7, 0.1],
  ]);
  expect(replays(kept)[1]).toMatchObject({
    test: {
      name: 'kills from seed 7',
      include: ['a.test.ts'],
      env: { UMBRA_TEST_SEED: '7', UMBRA_TEST_FACTOR: '0.1' },
    },
  });
});

test('the files of kept seeds are there', () => {
  const root = join(import.meta.dirname, '..', '..');
  expect(readSeeds().flatMap(({ files }) => files.filter((file) => !existsSync(join(root, file))))).toEqual([]);
});
