import { pinOfTags, pinTag, pinTags, type Pin } from '@umbracore/contracts';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { tagChange } from './pins.ts';

const reason = pinTags('why')[1] ?? '';

test.each<readonly [readonly string[], Pin | null, readonly string[], readonly string[]]>([
  [['gold'], { reason: undefined }, [pinTag], []],
  [['gold'], { reason: 'why' }, [pinTag, reason], []],
  [[pinTag], { reason: 'why' }, [reason], []],
  [[pinTag, reason], { reason: undefined }, [], [reason]],
  [[pinTag, reason], { reason: 'because' }, pinTags('because').slice(1), [reason]],
  [[pinTag, reason], { reason: 'why' }, [], []],
  [[pinTag, reason, 'gold'], null, [], [pinTag, reason]],
  [[reason], null, [], [reason]],
  [['gold'], null, [], []],
])('from %j to %j', (tags, pin, add, remove) => {
  expect(tagChange(tags, pin)).toEqual({ add, remove });
});

test('whatever was there, the pin is what was asked for, and nothing else changes', () => {
  const anyPin = fc.option(fc.record({ reason: fc.option(fc.string({ minLength: 1 }), { nil: undefined }) }));
  fc.assert(
    fc.property(anyPin, anyPin, fc.uniqueArray(fc.constantFrom('gold', 'a', 'b')), (before, after, others) => {
      const tags = [...others, ...(before === null ? [] : pinTags(before.reason))];
      const { add, remove } = tagChange(tags, after);
      const changed = [...tags.filter((tag) => !remove.includes(tag)), ...add];
      expect(pinOfTags(changed) ?? null).toEqual(after);
      expect(changed).toEqual(expect.arrayContaining(others));
      expect(tagChange(changed, after)).toEqual({ add: [], remove: [] });
    }),
  );
});
