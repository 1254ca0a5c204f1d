import { expect, test } from 'vitest';
import { selection } from './pattern.ts';

test.each([
  ['*.pdf', '/a/b.pdf', true],
  ['*.pdf', '/a/b.pdf.txt', false],
  ['taxes', '/home/taxes/2025/x', true],
  ['taxes', '/home/mytaxes/x', false],
  ['/etc/ssh', '/etc/ssh/key', true],
  ['/etc/ssh', '/home/etc/ssh/key', false],
  ['docs/**/*.md', '/a/docs/b/c/x.md', true],
  ['docs/**/*.md', '/a/docs/x.md', true],
  ['docs/*.md', '/a/docs/b/x.md', false],
  ['a?c', '/abc', true],
  ['a+(b)', '/a+(b)', true],
])('pattern %s on %s: %s', (pattern, path, expected) => expect(selection([pattern], [])(path)).toBe(expected));

test('excludes win', () => {
  const fits = selection(['docs'], ['*.tmp']);
  expect(fits('/docs/a')).toBe(true);
  expect(fits('/docs/a.tmp')).toBe(false);
  expect(selection([], [])('/anything')).toBe(true);
});
