import { expect, test } from 'vitest';
import { frameAt, positionAt } from './frame.ts';

test('positions count lines and characters from 1', () => {
  const text = 'a\r\n\n  𝄞é: x\n';
  expect(positionAt(text, 0)).toEqual({ line: 1, column: 1 });
  expect(positionAt(text, text.indexOf('x'))).toEqual({ line: 3, column: 7 });
  expect(positionAt(text, text.length)).toEqual({ line: 4, column: 1 });
});

test('a long line is cut around its place', () => {
  const text = `${'a'.repeat(500)}HERE${'b'.repeat(500)}`;
  const [, line = '', marker = ''] = frameAt(text, { start: 500, end: 504 }, []).split('\n');
  expect(line.length).toBeLessThan(130);
  expect(line.slice(marker.indexOf('^'), marker.lastIndexOf('^') + 1)).toBe('HERE');
});

test('a tenth line widens the gutter, a place over lines is marked on its first', () => {
  const text = `${'\n'.repeat(9)}key:\n  more\n`;
  expect(frameAt(text, { start: 9, end: 20 }, [])).toBe('   |\n10 | key:\n   | ^^^^');
});

test('control characters do not reach the terminal', () => {
  const frame = frameAt('\u001B[31mred\u0007\tx: 1\r\n', { start: 10, end: 11 }, []);
  expect(frame.split('').filter((unit) => unit < ' ' && unit !== '\n')).toEqual([]);
});

test.each([
  ['before', { start: 0, end: 3 }, 'key [secret] end', '^^^'],
  ['behind', { start: 11, end: 14 }, 'key [secret] end', '             ^^^'],
  ['on it', { start: 4, end: 10 }, 'key [secret] end', '    ^^^^^^^^'],
  ['inside', { start: 6, end: 7 }, 'key [secret] end', '    ^^^^^^^^'],
])('a place %s a secret', (_, span, line, marker) => {
  expect(frameAt('key hidden end', span, [{ start: 4, end: 10 }])).toBe(`  |\n1 | ${line}\n  | ${marker}`);
});
