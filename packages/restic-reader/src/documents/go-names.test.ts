import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { textOf, unquoteName } from './go-names.ts';

describe('unquoteName', () => {
  it.each([
    ['plain', 'plain'],
    ['emoji 🙂', 'emoji 🙂'],
    ['line\\nbreak', 'line\nbreak'],
    ['\\a\\b\\f\\n\\r\\t\\v', '\u0007\b\f\n\r\t\v'],
    ['\\"quoted\\" and \\\\', '"quoted" and \\'],
    ["it's", "it's"],
    ['\\u00a0\\u2028\\U0001f642', '\u00a0\u2028🙂'],
    ['\\x7f\\101', '\u007fA'],
  ])('reads %s', (quoted, name) => {
    expect(unquoteName(quoted)).toMatchObject({ text: name });
    expect(unquoteName(quoted)?.bytes.equals(Buffer.from(name))).toBe(true);
  });

  it('keeps bytes that are no UTF-8', () => {
    const name = unquoteName('a\\xff\\xfez');
    expect(name?.bytes).toEqual(Buffer.of(0x61, 0xff, 0xfe, 0x7a));
    expect(name?.text).toBe('a\uFFFD\uFFFDz');
  });

  it.each(['"', 'a\\', '\\q', '\\x4', '\\ud800', '\\U00110000', 'line\nbreak', '\\477'])(
    'refuses %j, which Go would not read',
    (quoted) => {
      expect(unquoteName(quoted)).toBeUndefined();
    },
  );
});

describe('textOf', () => {
  it.each([
    [[0xe2, 0x82], '\uFFFD\uFFFD'],
    [[0xf0, 0x9f, 0x99, 0x62], '\uFFFD\uFFFD\uFFFDb'],
    [[0xc0, 0xaf], '\uFFFD\uFFFD'],
    [[0xed, 0xa0, 0x80], '\uFFFD\uFFFD\uFFFD'],
    [[0xe2, 0x82, 0xac, 0xff], '€\uFFFD'],
  ])('puts one sign for each byte of %j that is no UTF-8, as Go does', (bytes, text) => {
    expect(textOf(Buffer.from(bytes))).toBe(text);
  });

  it('is the text for every text', () => {
    fc.assert(fc.property(fc.string({ unit: 'grapheme' }), (text) => textOf(Buffer.from(text)) === text));
  });
});
