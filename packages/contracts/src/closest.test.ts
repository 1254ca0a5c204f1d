import { expect, it } from 'vitest';
import { closest } from './closest.ts';

it.each([
  ['documnets', ['documents', 'photos'], 'documents'],
  ['stauts', ['show', 'status'], 'status'],
  ['souces', ['excludes', 'sources'], 'sources'],
  ['DAILY', ['daily', 'hourly'], 'daily'],
  ['x', ['documents', 'a'], undefined],
  ['photos', [], undefined],
  ['ab', ['ac'], 'ac'],
  ['s'.repeat(61), ['s'.repeat(60)], undefined],
])('takes %s among %j for %s', (word, candidates, meant) => {
  expect(closest(word, candidates)).toBe(meant);
});

it('prefers the nearest', () => {
  expect(closest('repo', ['rest', 'repos', 'rep0s'])).toBe('repos');
});
