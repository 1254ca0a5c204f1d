import { expect, test } from 'vitest';
import { closest } from './closest.ts';

test.each([
  ['documnets', 'documents'],
  ['Documents', 'documents'],
  ['picture', 'pictures'],
  ['db', 'dbs'],
  ['bds', 'dbs'],
  ['xyz', undefined],
  ['something-else', undefined],
])('%s means %s', (name, meant) => {
  expect(closest(name, ['documents', 'pictures', 'dbs'])).toBe(meant);
});
