import { createHash } from 'node:crypto';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BlobIndex, type IndexedBlob } from './blob-index.ts';

const idOf = (number: number): string => createHash('sha256').update(String(number)).digest('hex');

const blob: fc.Arbitrary<IndexedBlob> = fc.record({
  pack: fc.nat(5).map((number) => idOf(1000 + number)),
  id: fc.nat(40).map(idOf),
  type: fc.constantFrom('data', 'tree'),
  offset: fc.nat(10),
  length: fc.integer({ min: 32, max: 2 ** 32 - 1 }),
  plainLength: fc.option(fc.integer({ min: 1, max: 2 ** 32 - 1 }), { nil: undefined }),
});

const placeOf = ({ pack, offset, length, plainLength }: IndexedBlob): object => ({ pack, offset, length, plainLength });
const keyOf = ({ type, id, pack, offset }: IndexedBlob): string => [type, id, pack, offset].join();

describe('BlobIndex', () => {
  it('finds what a plain list finds', () => {
    fc.assert(
      fc.property(fc.array(blob, { maxLength: 60 }), fc.nat(60), (blobs, inRows) => {
        const [index, other] = [new BlobIndex(), new BlobIndex()];
        const known = new Map<string, IndexedBlob>();
        for (const one of blobs.slice(0, inRows)) other.add(one);
        index.addRows(other.rows);
        for (const [at, one] of blobs.entries()) {
          if (at >= inRows) index.add(one);
          if (!known.has(keyOf(one))) known.set(keyOf(one), one);
        }
        const list = [...known.values()];
        expect([...index.blobs()]).toEqual(list);
        expect(index.size).toBe(list.length);
        for (const { type, id } of blobs) {
          const wanted = list.filter((one) => one.type === type && one.id === id).map(placeOf);
          expect([...index.places(type, id)].map((place) => ({ ...place }))).toEqual(wanted);
        }
        for (const pack of index.packs) {
          const inPack = list.filter((one) => one.pack === pack);
          const bytes = inPack.reduce((sum, one) => sum + one.length + (one.plainLength === undefined ? 37 : 41), 36);
          expect(index.packBytes(pack)).toBe(bytes);
        }
      }),
      { numRuns: 200 },
    );
  });

  it('finds each of many', () => {
    const index = new BlobIndex();
    const count = 20_000;
    for (let number = 0; number < count; number += 1) {
      const type = number % 3 === 0 ? 'tree' : 'data';
      index.add({
        id: idOf(number),
        type,
        pack: idOf(-(number % 7)),
        offset: number,
        length: 50,
        plainLength: undefined,
      });
    }
    for (let number = 0; number < count; number += 1) {
      const type = number % 3 === 0 ? 'tree' : 'data';
      expect(index.places(type, idOf(number))[0]?.offset).toBe(number);
    }
    expect(index.places('data', idOf(0))).toEqual([]);
    expect(index.places('tree', idOf(count))).toEqual([]);
    expect(index.places('tree', 'no id')).toEqual([]);
  });

  it('knows nothing of a pack that no index names', () => {
    expect(new BlobIndex().packBytes(idOf(1))).toBeUndefined();
  });
});
