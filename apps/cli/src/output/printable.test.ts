import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { printable, printableLines } from './printable.ts';

test.each([
  ['plain name.txt', 'plain name.txt'],
  ['two\nlines', 'two\\nlines'],
  ['\u001b[31mred', '\\x1b[31mred'],
  ['\u009b31m', '\\x9b31m'],
  ['invoice\u202efdp.exe', 'invoice\\u202efdp.exe'],
  ['naïve 文件 🙂', 'naïve 文件 🙂'],
])('%j is shown as %s', (name, shown) => expect(printable(name)).toBe(shown));

test('nothing printable can move the cursor or break a line', () => {
  const harmless = fc.property(fc.string({ unit: 'binary', maxLength: 50 }), (name) => {
    // oxlint-disable-next-line no-control-regex
    return !/[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/.test(printable(name));
  });
  expect(() => fc.assert(harmless)).not.toThrow();
});

test('lines stay lines', () => expect(printableLines('a\tb\nc')).toBe('a\\tb\nc'));
