import { expect, test } from 'vitest';
import { closest } from './closest.ts';

test.each([
  ['souces', ['sources', 'excludes'], 'sources'],
  ['shcedule', ['schedule', 'repository'], 'schedule'],
  ['TAGS', ['tags'], 'tags'],
  ['repo', ['repository'], undefined],
  ['xylophone', ['sources'], undefined],
  ['a', ['b'], undefined],
  ['home', [], undefined],
])('%s among %j is meant as %s', (word, candidates, meant) => {
  expect(closest(word, candidates)).toBe(meant);
});

test('a word without end costs no time', () => {
  expect(closest('a'.repeat(1_000_000), ['a'.repeat(999_999)])).toBeUndefined();
});
