import { expect, test } from 'vitest';
import { refusePattern } from './pattern.ts';

test.each([
  '*.pdf',
  '/etc/**/ssh?',
  '[a-z]x',
  '[^a]',
  String.raw`\[x`,
  String.raw`a\\b`,
  String.raw`[\]\-]`,
  'a]b',
  '-x',
  '!',
])('%s is a pattern', (pattern) => {
  expect(() => refusePattern(pattern)).not.toThrow();
});

test.each(['', '[', '[]', '[a', '[a-]', '[-a]', '[^]', String.raw`a\ `.trimEnd(), 'x/[a/b]'])(
  '%j is none',
  (pattern) => {
    expect(() => refusePattern(pattern)).toThrow(expect.objectContaining({ code: 'usage.invalid' }));
  },
);
