import { array, assert, constantFrom, integer, nat, oneof, property } from 'fast-check';
import { describe, expect, test } from 'vitest';
import { LineSplitter } from './line-splitter.ts';

function split(chunks: readonly Uint8Array[], limit?: number): readonly string[] {
  const lines: string[] = [];
  const splitter = new LineSplitter((line) => lines.push(line), limit);
  for (const chunk of chunks) {
    const owned = Buffer.from(chunk);
    splitter.push(owned);
    // The owner uses its memory again.
    owned.fill(0x58);
  }
  splitter.end();
  return lines;
}

const bytes = (text: string): Uint8Array => Buffer.from(text);

describe('LineSplitter', () => {
  test.each<[string, readonly string[], readonly string[]]>([
    ['nothing', [], []],
    ['one line', ['a\n'], ['a']],
    ['a line in parts', ['a', 'b', 'c\nd'], ['abc', 'd']],
    ['a line break alone', ['a', '\n', 'b'], ['a', 'b']],
    ['empty lines', ['\n\n'], ['', '']],
    ['carriage returns', ['a\r\n'], ['a\r']],
    ['a line of the limit', ['12345678\nx'], ['12345678', 'x']],
    ['a longer line', ['123456789\nx'], ['12345678', 'x']],
    ['a longer line in parts', ['1234', '56789', 'abc', 'd\nx'], ['12345678', 'x']],
    ['a longer line without an end', ['1234', '56789'], ['12345678']],
    ['a cut in a character', ['1234567äx\n'], ['1234567']],
    ['a cut after a character', ['123456äx\n'], ['123456ä']],
    ['a cut in a character of four bytes', ['12345😀\n'], ['12345']],
  ])('%s', (_, chunks, lines) => {
    expect(split(chunks.map(bytes), 8)).toEqual(lines);
  });

  test('the bounds of chunks do not matter, and nothing is lost', () => {
    const byte = oneof(constantFrom(0x0a, 0x0d, 0xc3, 0xa4, 0xf0, 0x9f), integer({ min: 0, max: 255 }));
    const content = array(byte, { maxLength: 200 });
    assert(
      property(content, array(nat(200), { maxLength: 10 }), (items, cuts) => {
        const whole = Buffer.from(items);
        const ordered = [0, ...cuts.map((cut) => Math.min(cut, whole.length)), whole.length].sort((a, b) => a - b);
        const chunks = ordered.slice(1).map((end, index) => whole.subarray(ordered[index], end));
        const lines = split(chunks);
        expect(lines).toEqual(split([whole]));
        const text = lines.join('\n');
        expect(whole.at(-1) === 0x0a ? `${text}\n` : text).toBe(whole.toString('utf8'));
      }),
    );
  });
});
