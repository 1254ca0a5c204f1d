import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { LineCutter } from './line-cutter.ts';

test('lines are the same however the output is cut', () => {
  const text = fc.array(
    fc.string({ unit: 'grapheme' }).map((line) => line.replaceAll('\n', ' ')),
    { minLength: 1 },
  );
  fc.assert(
    fc.property(text, fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1 }), (lines, sizes) => {
      const bytes = Buffer.from(lines.join('\n'));
      const cutter = new LineCutter();
      const found: string[] = [];
      for (let start = 0, index = 0; start < bytes.length; index += 1) {
        const end = start + (sizes[index % sizes.length] ?? 1);
        found.push(...cutter.push(bytes.subarray(start, end)));
        start = end;
      }
      found.push(...cutter.end());
      // An empty last line is none.
      expect(found).toEqual(lines.at(-1) === '' ? lines.slice(0, -1) : lines);
    }),
  );
});
