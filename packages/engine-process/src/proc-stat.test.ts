import { expect, test } from 'vitest';
import { parseStat } from './proc-stat.ts';

const rest = 'S 6006 6006 3383 0 -1 4194304 100 0 0 0 0 0 0 0 20 0 1 0 113322 3133440 380 18446744073709551615';
const parsed = { pid: 6011, state: 'S', parent: 6006, session: 3383, startTime: '113322' };

test.each(['cat', 'a b', 'a) S 1 1 1', '((', ')', 'a\nb', ''])('a program called %j', (name) => {
  expect(parseStat(`6011 (${name}) ${rest}\n`)).toEqual(parsed);
});

test.each(['', 'nonsense', '6011 (cat)', '6011 (cat) S 1'])('a text that is none: %j', (text) => {
  expect(parseStat(text)).toBeUndefined();
});
