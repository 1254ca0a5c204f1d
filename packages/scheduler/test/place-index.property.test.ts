import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { InstantQueue } from '../src/timetable/instant-queue.ts';
import { none, PlaceIndex } from '../src/timetable/place-index.ts';
import { times } from '../../../tools/vitest/evidence.ts';

test('places are found by hashes that collide, whatever was taken away before', () => {
  const step = fc.record({ isDeleted: fc.boolean(), place: fc.integer({ min: 0, max: 60 }) });
  const modulus = fc.integer({ min: 1, max: 70 });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 200 }), modulus, (steps, modulus) => {
      // All hashes at the end of the ring: searches go around.
      const hashOf = (place: number) => (place % modulus) + 12;
      const index = new PlaceIndex(hashOf);
      const slotOf = (place: number) => {
        let slot = index.slotOf(hashOf(place));
        while (index.at(slot) !== none && index.at(slot) !== place) slot = index.slotAfter(slot);
        return slot;
      };
      const model = new Set<number>();
      for (const { isDeleted, place } of steps) {
        if (isDeleted && model.delete(place)) index.deleteAt(slotOf(place));
        if (!isDeleted && !model.has(place)) index.add(place);
        if (!isDeleted) model.add(place);
        expect(index.size).toBe(model.size);
        for (let one = 0; one <= 60; one += 1) expect(index.at(slotOf(one)) === one).toBe(model.has(one));
      }
    }),
    { numRuns: times(150) },
  );
});

test('a queue gives its entries in the order of their instants, then of their coming', () => {
  const step = fc.record({
    entry: fc.integer({ min: 0, max: 30 }),
    at: fc.integer({ min: 0, max: 20 }),
    isTake: fc.boolean(),
    again: fc.option(fc.integer({ min: 1, max: 20 }), { nil: undefined }),
  });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 120 }), (steps) => {
      const queue = new InstantQueue();
      let model: { entry: number; at: number }[] = [];
      for (const { entry, at, isTake, again } of steps) {
        if (isTake) {
          const expected = model.filter((one) => one.at <= at).toSorted((one, other) => one.at - other.at);
          const back = again === undefined ? [] : expected.map(({ entry }) => ({ entry, at: at + again }));
          model = [...model.filter((one) => one.at > at), ...back];
          const taken: number[] = [];
          queue.takeUntil(at, (entry) => {
            taken.push(entry);
            if (again !== undefined) queue.add(entry, at + again);
          });
          expectSame(taken, expected);
        } else {
          model = [...model.filter((one) => one.entry !== entry), { entry, at }];
          queue.delete(entry);
          queue.add(entry, at);
        }
        expect(queue.firstAt()).toBe(model.map((one) => one.at).toSorted((one, other) => one - other)[0]);
        for (let one = 0; one <= 30; one += 1) {
          expect(queue.atOf(one)).toBe(model.find(({ entry }) => entry === one)?.at);
        }
      }
    }),
    { numRuns: times(200) },
  );
});

function expectSame(taken: readonly number[], expected: readonly { readonly entry: number }[]): void {
  expect(taken).toEqual(expected.map(({ entry }) => entry));
}
