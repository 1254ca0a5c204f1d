import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { nextPart, scopeOf } from './check-part.ts';

const sound = (part: number, of: number) => ({ sound: true, part: { part, of } });

test.each([
  ['nothing is read', 0, undefined, null],
  ['the first time', 25, undefined, { part: 1, of: 4 }],
  ['the next one', 25, sound(1, 4), { part: 2, of: 4 }],
  ['from the first one again', 25, sound(4, 4), { part: 1, of: 4 }],
  ['the same one after damage', 25, { sound: false, part: { part: 3, of: 4 } }, { part: 3, of: 4 }],
  ['after a check of the structure alone', 25, { sound: true, part: null }, { part: 1, of: 4 }],
  ['parts of another size', 50, sound(3, 4), { part: 1, of: 2 }],
  ['a part that divides nothing evenly', 30, undefined, { part: 1, of: 4 }],
  ['a third', 100 / 3, undefined, { part: 1, of: 3 }],
  ['everything', 100, sound(1, 1), { part: 1, of: 1 }],
  ['less than restic can', 0.01, undefined, { part: 1, of: 256 }],
])('%s', (_, percent, last, part) => {
  expect(nextPart(percent, last)).toEqual(part);
});

test('the scope of a part', () => {
  expect([null, { part: 1, of: 1 }, { part: 2, of: 3 }].map(scopeOf)).toEqual([
    { type: 'structure' },
    { type: 'all' },
    { type: 'part', part: 2, of: 3 },
  ]);
});

test('after 100 / percent sound checks everything was read once', () => {
  fc.assert(
    fc.property(fc.double({ min: 0.4, max: 100, noNaN: true }), (percent) => {
      const read = new Set<number>();
      let last: ReturnType<typeof sound> | undefined;
      const of = nextPart(percent, undefined)?.of ?? 0;
      for (let check = 0; check < of; check += 1) {
        const part = nextPart(percent, last);
        if (part === null) break;
        read.add(part.part);
        last = { sound: true, part };
      }
      expect(read.size).toBe(of);
      expect(of).toBe(Math.min(256, Math.ceil(100 / percent - 1e-9)));
    }),
  );
});
