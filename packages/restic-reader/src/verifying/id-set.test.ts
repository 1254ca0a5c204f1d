import { createHash } from 'node:crypto';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { IdSet } from './id-set.ts';

const idOf = (number: number): string => createHash('sha256').update(String(number)).digest('hex');

describe('a set of ids', () => {
  it('holds what a set of texts holds, through its bytes and in a copy', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(5000), { maxLength: 3000 }), fc.nat(5000), (numbers, other) => {
        const [ids, texts] = [new IdSet(), new Set<string>()];
        for (const id of numbers.map(idOf)) {
          expect(ids.add(id)).toBe(!texts.has(id));
          texts.add(id);
        }
        const copy = ids.copy();
        copy.add(idOf(-1));
        expect(ids.has(idOf(-1))).toBe(false);
        for (const set of [ids, IdSet.from(ids.bytes)]) {
          expect(set.size).toBe(texts.size);
          expect([...texts].every((id) => set.has(id))).toBe(true);
          expect(set.has(idOf(other))).toBe(texts.has(idOf(other)));
        }
      }),
      { numRuns: 20 },
    );
  });

  it('holds ids that begin alike apart', () => {
    const [one, other] = [`${'00'.repeat(31)}01`, `${'00'.repeat(31)}02`];
    const ids = new IdSet();
    expect([ids.add(one), ids.has(other), ids.add(other), ids.add(one), ids.size]).toEqual([
      true,
      false,
      true,
      false,
      2,
    ]);
  });
});
